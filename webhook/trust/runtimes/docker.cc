#include "trust/runtimes/docker.h"

#include <string>
#include <string_view>

#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kScheme = "docker://";
constexpr std::string_view kCertificates = "etc/docker/certs.d";

bool runs_pods(const NodeInfo& node) {
  return node.runtime.starts_with(kScheme);
}

}  // namespace

bool detect_docker(const HostView& host, const RuntimeRequest& request) {
  return runs_pods(request.node) || host.has_directory("etc/docker");
}

RuntimePlan plan_docker(const HostView& /*host*/, const RuntimeRequest& request) {
  const bool for_pods = runs_pods(request.node);
  RuntimePlan plan{.description = "Docker"};
  if (for_pods) plan.description += " " + request.node.runtime.substr(kScheme.size());
  plan.files = authority_files(kCertificates, request.registry, request.bundle);
  if (request.registry.scheme == contract::Scheme::kHttp) {
    // A Docker beside the node's runtime is optional.
    auto& messages = for_pods ? plan.user_actions : plan.notes;
    const std::string image_host = docker_directories(request.registry).front().image_host;
    messages.push_back("Docker uses plain HTTP for " + image_host +
                       " only if insecure-registries in /etc/docker/daemon.json lists it: add it, then send "
                       "dockerd a SIGHUP");
  }
  return plan;
}

void add_docker_layout(const HostView& /*host*/, const names::Installation& /*installation*/,
                       Layout& layout) {
  layout.host_roots.insert(kCertificates);
}

}  // namespace connected_registry::trust
