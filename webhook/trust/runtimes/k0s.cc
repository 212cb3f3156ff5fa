#include "trust/runtimes/k0s.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "trust/files/toml_edit.h"
#include "trust/runtimes/containerd_config.h"
#include "trust/runtimes/hosts_toml.h"
#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDropIns = "etc/k0s/containerd.d";

std::optional<std::string> config_path_in(const HostView& host, const std::string& drop_in) {
  const auto config = read_containerd_config(host.text(fs::path(kDropIns) / drop_in).value_or(""));
  return config ? config->config_path : std::nullopt;
}

}  // namespace

bool detect_k0s(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+k0s", "etc/k0s");
}

RuntimePlan plan_k0s(const HostView& host, const RuntimeRequest& request) {
  RuntimePlan plan{.description = "k0s"};
  const std::string own = drop_in_name(request.installation, ".toml");
  std::optional<std::string> path;
  for (const std::string& name : host.list(kDropIns)) {
    if (!name.ends_with(".toml") || name == own) continue;
    if (auto set = config_path_in(host, name)) path = std::move(set);
  }
  const fs::path root = path ? fs::path(*path).relative_path() : fs::path("etc/containerd/certs.d");
  plan.files = hosts_files(root, absolute_path(root), request.registry, request.bundle);
  if (!path) {
    const ContainerdVersion version = parse_containerd_version(request.node.runtime);
    const int form = default_form(version);
    const auto table = registry_table(form, version);
    plan.files.push_back({fs::path(kDropIns) / own,
                          "version = " + std::to_string(form) + "\n\n[plugins." + toml_string(table.at(1)) +
                              ".registry]\n  config_path = " + toml_string(absolute_path(root).string()) +
                              "\n"});
  }
  return plan;
}

void add_k0s_layout(const HostView& host, const names::Installation& installation, Layout& layout) {
  layout.files.insert(fs::path(kDropIns) / drop_in_name(installation, ".toml"));
  for (const std::string& name : host.list(kDropIns)) {
    if (const auto path = config_path_in(host, name)) {
      layout.host_roots.insert(fs::path(*path).relative_path());
    }
  }
}

}  // namespace connected_registry::trust
