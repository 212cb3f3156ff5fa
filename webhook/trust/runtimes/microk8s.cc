#include "trust/runtimes/microk8s.h"

#include <filesystem>
#include <string>
#include <string_view>

#include "trust/runtimes/hosts_toml.h"
#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSnap = "var/snap/microk8s";

// Returns the directory of the current revision; empty if there is none.
fs::path current_arguments(const HostView& host) {
  const auto revision = host.link(fs::path(kSnap) / "current");
  if (!revision || revision->filename().empty()) return {};
  return fs::path(kSnap) / revision->filename() / "args";
}

}  // namespace

bool detect_microk8s(const HostView& host, const RuntimeRequest& request) {
  if (request.node.microk8s) return true;
  const fs::path arguments = current_arguments(host);
  return !arguments.empty() && host.has_directory(arguments);
}

RuntimePlan plan_microk8s(const HostView& host, const RuntimeRequest& request) {
  RuntimePlan plan{.description = "microk8s"};
  const fs::path arguments = current_arguments(host);
  if (arguments.empty()) {
    plan.user_actions.push_back(mount_action(fs::path(kSnap) / "current", "microk8s"));
    return plan;
  }
  // hosts.toml names the path through the link: it stays right when a new revision copies the files.
  plan.files = hosts_files(arguments / "certs.d", absolute_path(fs::path(kSnap) / "current/args/certs.d"),
                           request.registry, request.bundle);
  return plan;
}

void add_microk8s_layout(const HostView& host, const names::Installation& /*installation*/, Layout& layout) {
  for (const std::string& revision : host.list(kSnap)) {
    const fs::path arguments = fs::path(kSnap) / revision / "args";
    if (!host.has_directory(arguments)) continue;
    layout.host_roots.insert(arguments / "certs.d");
    layout.administered.insert(arguments);  // group microk8s
  }
}

}  // namespace connected_registry::trust
