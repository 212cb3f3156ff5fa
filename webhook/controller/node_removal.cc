#include "controller/node_removal.h"

#include <algorithm>
#include <utility>

#include "contract/node_file_marks.h"

namespace connected_registry::controller {
namespace {

const json::Value* items_of(const json::Value& list) {
  const json::Value* const items = json::find(list, {"items"});
  return items != nullptr && items->IsArray() ? items : nullptr;
}

// Returns a pattern for grep and sed that matches `text`. A slash would end the pattern.
std::string pattern(std::string text) {
  std::replace(text.begin(), text.end(), '/', '.');
  return text;
}

}  // namespace

NodeRemoval classify_removal(const std::vector<contract::NodeReport>& reports,
                             const std::set<std::string>& agents, const std::set<std::string>& ready) {
  NodeRemoval removal;
  for (const contract::NodeReport& report : reports) {
    if (report.status.state == contract::NodeState::kRemoved) {
      removal.removed.push_back(report.node);
    } else if (!agents.contains(report.node) || !ready.contains(report.node)) {
      removal.unreachable.push_back(report.node);
    } else {
      removal.waiting.push_back(report.node);
      if (report.status.state == contract::NodeState::kFailed)
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

std::string cleaning_command(const names::Installation& installation, const std::string& root) {
  // Every file of ours has the marker. A kept file is beside it, with a suffix. A record names the
  // directories that we created. In config.toml, lines of ours are between two comments.
  std::string directories;
  for (const char* const directory : {"/etc/containerd", "/etc/docker", "/etc/containers", "/etc/cri/conf.d",
                                      "/etc/k0s", "/var/lib/rancher/*/agent/etc", "/var/snap/microk8s"}) {
    directories += (directories.empty() ? "ROOT" : " ROOT") + std::string(directory);
  }
  // Helm may print the command between double quotes, with quotes and backslashes escaped: it has neither.
  // The text that helm prints after it becomes a comment.
  std::string command =
      R"sh(s=$(mktemp); c=ROOT/etc/containerd/config.toml; k=$cKEPT; if grep -qs '^BEGIN' $c; then )sh"
      R"sh(sed -n -e '/^BEGIN/,/^END/{s/^#was: //p;d}' -e p $c >$s; )sh"
      R"sh(if grep '' $k | cmp -s - $s; then mv $k $c; else cat $s >$c; rm -f $k; fi; fi; )sh"
      R"sh(grep -rls --include=RECORD '^made$' DIRECTORIES | sed 's|/[^/]*$||' | sort -r >$s; )sh"
      R"sh(grep -rlsZ '^MARKER Removed' DIRECTORIES | xargs -0r rm -f; find DIRECTORIES -name '*KEPT' 2>/dev/null | )sh"
      R"sh((set -f; IFS=; while read -r f; do t=${f%KEPT}; [ -e $t ] || mv $f $t; done); )sh"
      R"sh((set -f; IFS=; while read -r f; do rmdir $f 2>/dev/null; done) <$s; rm -f $s #)sh";
  const auto fill = [&command](std::string_view name, const std::string& value) {
    for (std::size_t at = command.find(name); at != std::string::npos; at = command.find(name, at)) {
      command.replace(at, name.size(), value);
      at += value.size();
    }
  };
  fill("DIRECTORIES", directories);
  fill("KEPT", std::string(contract::kKeptSuffix));
  fill("RECORD", std::string(contract::kRecordFile));
  fill("MARKER", pattern(contract::marker_start(installation)));
  fill("BEGIN", pattern(contract::settings_start(installation)));
  fill("END", pattern(contract::settings_end(installation)));
  fill("ROOT", root);
  return command;
}

}  // namespace connected_registry::controller
