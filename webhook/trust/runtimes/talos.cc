#include "trust/runtimes/talos.h"

#include <filesystem>
#include <string_view>

#include "trust/runtimes/hosts_toml.h"
#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kHosts = "etc/cri/conf.d/hosts";

}  // namespace

bool detect_talos(const HostView& host, const RuntimeRequest& request) {
  if (!request.node.os.empty()) return request.node.os.starts_with("Talos");
  return host.has_directory(kHosts);
}

RuntimePlan plan_talos(const HostView& /*host*/, const RuntimeRequest& request) {
  RuntimePlan plan{.description = "Talos"};
  plan.files = hosts_files(kHosts, absolute_path(kHosts), request.registry, request.bundle);
  return plan;
}

void add_talos_layout(const HostView& /*host*/, const names::Installation& /*installation*/, Layout& layout) {
  layout.host_roots.insert(kHosts);
}

}  // namespace connected_registry::trust
