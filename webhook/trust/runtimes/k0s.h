// k0s. It reads drop-in files for its containerd, and restarts its containerd when these files change.
#pragma once

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

bool detect_k0s(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_k0s(const HostView& host, const RuntimeRequest& request);
void add_k0s_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
