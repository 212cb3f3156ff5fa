// Which nodes an uninstall still waits for. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "contract/names.h"
#include "contract/node_report.h"

namespace connected_registry::controller {

struct NodeRemoval {
  std::vector<std::string> removed;      // nothing of ours is left there
  std::vector<std::string> waiting;      // an agent runs there and has not finished
  std::vector<std::string> unreachable;  // no agent can answer: not ready, or none runs there
  std::vector<std::string> failures;     // "NODE: what its agent says" of those waiting
};

// `reports` are the nodes' Leases, `agents` the nodes with a running agent, `ready` the nodes that are Ready.
// All lists are sorted.
NodeRemoval judge_removal(const std::vector<contract::NodeReport>& reports,
                          const std::set<std::string>& agents, const std::set<std::string>& ready);

// The nodes on which an agent's pod of the list runs.
std::set<std::string> nodes_of_running(const json::Value& pod_list);

// True if the Node's condition Ready is True.
bool is_ready(const json::Value& node);

// One shell command for a node's root that takes back what an agent would have taken back, below the
// directory `root`.
std::string cleaning_command(const names::Installation& installation, const std::string& root = "");

}  // namespace connected_registry::controller
