// containerd that is not part of a Kubernetes distribution. Its configuration is /etc/containerd/config.toml.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

// Returns true if the Node's status names containerd. If the status is unknown, returns true if
// /etc/containerd exists. Also returns true for the containerd of a distribution, which runtimes.cc excludes.
bool detect_containerd(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_containerd(const HostView& host, const RuntimeRequest& request);
void add_containerd_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
