#include "trust/runtimes/containers.h"

#include <filesystem>
#include <string>
#include <string_view>

#include "trust/files/toml_edit.h"
#include "trust/runtimes/hosts_toml.h"
#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCrioScheme = "cri-o://";
constexpr std::string_view kCertificates = "etc/containers/certs.d";
constexpr std::string_view kRegistries = "etc/containers/registries.conf.d";

bool runs_crio(const NodeInfo& node) {
  return node.runtime.starts_with(kCrioScheme);
}

}  // namespace

bool detect_containers(const HostView& host, const RuntimeRequest& request) {
  return runs_crio(request.node) || host.has_directory("etc/containers");
}

RuntimePlan plan_containers(const HostView& /*host*/, const RuntimeRequest& request) {
  const bool crio = runs_crio(request.node);
  RuntimePlan plan{.description =
                       crio ? "CRI-O " + request.node.runtime.substr(kCrioScheme.size()) : "podman"};
  plan.files = authority_files(kCertificates, request.registry, request.bundle);
  if (request.registry.scheme == contract::Scheme::kHttp) {
    std::string body;
    for (const HostDirectory& host : docker_directories(request.registry)) {
      body += "[[registry]]\nlocation = " + toml_string(host.image_host) + "\ninsecure = true\n\n";
    }
    plan.files.push_back({fs::path(kRegistries) / drop_in_name(request.installation, ".conf"), body});
    if (crio) plan.notes.emplace_back("send CRI-O a SIGHUP to make it read registries.conf.d again");
  }
  return plan;
}

void add_containers_layout(const HostView& /*host*/, const names::Installation& installation,
                           Layout& layout) {
  layout.host_roots.insert(kCertificates);
  layout.files.insert(fs::path(kRegistries) / drop_in_name(installation, ".conf"));
}

}  // namespace connected_registry::trust
