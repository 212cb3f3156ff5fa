#include "trust/runtimes/rancher.h"

#include <filesystem>
#include <string>
#include <string_view>

#include "trust/runtimes/containerd_config.h"
#include "trust/runtimes/hosts_toml.h"
#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

fs::path containerd_directory(std::string_view name) {
  return fs::path("var/lib/rancher") / name / "agent/etc/containerd";
}

RuntimePlan plan_rancher(const HostView& host, const RuntimeRequest& request, std::string_view name) {
  const fs::path directory = containerd_directory(name);
  RuntimePlan plan{.description = std::string(name)};
  if (!host.has_directory(directory)) {
    plan.user_actions.push_back(mount_action(directory, name));
    return plan;
  }
  const fs::path certs = directory / "certs.d";
  plan.files = hosts_files(certs, absolute_path(certs), request.registry, request.bundle);
  const auto text = host.text(directory / "config.toml");
  const auto config = read_containerd_config(text.value_or(""));
  if (text && config && !config->config_path) {
    std::string action = "this version of " + std::string(name) + " does not read " +
                         absolute_path(certs).string() + ": upgrade it";
    // From registries.yaml, these versions write a header that their containerd cannot read if it has a
    // bracket.
    const std::string image_host = docker_directories(request.registry).front().image_host;
    if (!image_host.starts_with('[')) {
      action += ", or add configs: {\"" + image_host +
                "\": {tls: {ca_file: " + absolute_path(plan.files.front().path).string() +
                "}}} to /etc/rancher/" + std::string(name) + "/registries.yaml and restart " +
                (name == "k3s" ? "k3s (or k3s-agent)" : "rke2-server or rke2-agent");
    }
    plan.user_actions.push_back(std::move(action));
  }
  return plan;
}

}  // namespace

bool detect_k3s(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+k3s", containerd_directory("k3s"));
}

RuntimePlan plan_k3s(const HostView& host, const RuntimeRequest& request) {
  return plan_rancher(host, request, "k3s");
}

bool detect_rke2(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+rke2", containerd_directory("rke2"));
}

RuntimePlan plan_rke2(const HostView& host, const RuntimeRequest& request) {
  return plan_rancher(host, request, "rke2");
}

void add_rancher_layout(const HostView& /*host*/, const names::Installation& /*installation*/,
                        Layout& layout) {
  for (const std::string_view name : {"k3s", "rke2"}) {
    layout.host_roots.insert(containerd_directory(name) / "certs.d");
  }
}

}  // namespace connected_registry::trust
