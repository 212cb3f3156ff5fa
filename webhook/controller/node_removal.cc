#include "controller/node_removal.h"

#include <algorithm>
#include <utility>

#include "trust/hosts_toml.h"
#include "trust/marker.h"
#include "trust/placed_file.h"
#include "trust/toml_edit.h"

namespace connected_registry::controller {
namespace {

const json::Value* items_of(const json::Value& list) {
  const json::Value* const items = json::find(list, {"items"});
  return items != nullptr && items->IsArray() ? items : nullptr;
}

}  // namespace

NodeRemoval judge_removal(const std::vector<trust::NodeReport>& reports, const std::set<std::string>& agents,
                          const std::set<std::string>& ready) {
  NodeRemoval removal;
  for (const trust::NodeReport& report : reports) {
    if (report.status.state == trust::NodeState::kRemoved) {
      removal.removed.push_back(report.node);
    } else if (!agents.contains(report.node) || !ready.contains(report.node)) {
      removal.unreachable.push_back(report.node);
    } else {
      removal.waiting.push_back(report.node);
      if (report.status.state == trust::NodeState::kFailed)
        removal.failures.push_back(report.node + ": " + report.status.message);
    }
  }
  for (auto* list : {&removal.removed, &removal.waiting, &removal.unreachable, &removal.failures}) {
    std::sort(list->begin(), list->end());
  }
  return removal;
}

std::set<std::string> nodes_of_running(const json::Value& pod_list) {
  std::set<std::string> nodes;
  const json::Value* const items = items_of(pod_list);
  if (items == nullptr) return nodes;
  for (auto pod = items->Begin(); pod != items->End(); ++pod) {
    const std::string_view node = json::string_at(*pod, {"spec", "nodeName"});
    if (!node.empty() && json::string_at(*pod, {"status", "phase"}) == "Running") nodes.emplace(node);
  }
  return nodes;
}

bool is_ready(const json::Value& node) {
  const json::Value* const conditions = json::find(node, {"status", "conditions"});
  if (conditions == nullptr || !conditions->IsArray()) return false;
  return std::any_of(conditions->Begin(), conditions->End(), [](const json::Value& condition) {
    return json::string_at(condition, {"type"}) == "Ready" &&
           json::string_at(condition, {"status"}) == "True";
  });
}

std::string cleaning_command(const names::Installation& installation,
                             const trust::RegistryDocument& registry) {
  // Every file of ours carries the marker; what was there before lies beside it, under a name of its own.
  const std::string folders =
      "/etc/containerd /etc/docker/certs.d /etc/containers /etc/cri/conf.d /etc/k0s "
      "/var/lib/rancher/*/agent/etc "
      "/var/snap/microk8s";
  const std::string kept(trust::kKeptSuffix);
  std::string command = "grep -rlsZ '^" + trust::marker_start(installation) + " Removed' " + folders +
                        " | xargs -0r rm -f; find " + folders + " -name '*" + kept +
                        "' -exec sh -c 't=\"${1%" + kept + "}\"; if [ ! -e \"$t\" ] || grep -q \"" +
                        trust::settings_start(installation) +
                        "\" \"$t\"; then mv \"$1\" \"$t\"; fi' sh {} \\; 2>/dev/null; find " + folders +
                        " -depth -type d -empty \\(";
  std::set<std::string> names;
  for (const auto& found : {trust::containerd_folders(registry), trust::docker_folders(registry)}) {
    for (const trust::HostFolder& folder : found) names.insert(folder.folder);
  }
  std::string separator = " ";
  for (const std::string& name : names) {
    command += std::exchange(separator, " -o ") + "-name '" + name + "'";
  }
  return command + " \\) -delete 2>/dev/null";
}

}  // namespace connected_registry::controller
