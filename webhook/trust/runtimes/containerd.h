// The unit of containerd as it is installed by itself, configured by /etc/containerd/config.toml. For
// runtimes.cc.
#pragma once

#include <string_view>

#include "trust/runtimes/containerd_config.h"
#include "trust/runtimes/runtimes.h"

namespace connected_registry::trust {

inline constexpr std::string_view kContainerdConfig = "etc/containerd/config.toml";

RuntimeWants containerd_wants(const HostView& host, const RuntimeRequest& request);

void add_containerd_layout(const HostView& host, Layout& layout);

}  // namespace connected_registry::trust
