// containerd installed by itself, with its configuration in /etc/containerd/config.toml.
#pragma once

#include <string_view>

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

inline constexpr std::string_view kContainerdConfig = "etc/containerd/config.toml";

// Reports whether the Node's status names containerd, or, if it is unknown, whether /etc/containerd exists. A
// distribution's own containerd counts too: runtimes.h sorts that out.
bool detect_containerd(const HostView& host, const RuntimeRequest& request);
RuntimePlan plan_containerd(const HostView& host, const RuntimeRequest& request);
void add_containerd_layout(const HostView& host, const names::Installation& installation, Layout& layout);

}  // namespace connected_registry::trust
