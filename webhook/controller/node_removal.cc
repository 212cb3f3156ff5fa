#include "controller/node_removal.h"

#include <algorithm>

#include "trust/hosts_toml.h"

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
    if (report.state == trust::NodeState::kRemoved) {
      removal.removed.push_back(report.node);
    } else if (!agents.contains(report.node) || !ready.contains(report.node)) {
      removal.unreachable.push_back(report.node);
    } else {
      removal.waiting.push_back(report.node);
      if (report.state == trust::NodeState::kFailed)
        removal.failures.push_back(report.node + ": " + report.message);
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
  std::set<std::string> folders;
  for (const trust::DesiredFile& file : trust::containerd_files(installation, registry, "")) {
    folders.insert("'/" + file.path.parent_path().string() + "'");
  }
  std::string command = "rm -rf";
  for (const std::string& folder : folders) command += " " + folder;
  return command;
}

}  // namespace connected_registry::controller
