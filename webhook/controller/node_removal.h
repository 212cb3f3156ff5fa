// The progress of an uninstall on the nodes, and the command that cleans a node by hand. Pure.
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
  std::vector<std::string> removed;      // no file of ours is left
  std::vector<std::string> waiting;      // an agent runs and has not finished
  std::vector<std::string> unreachable;  // no agent can answer: the node is not ready, or no agent runs
  std::vector<std::string> failures;     // "NODE: message of its agent", of the waiting nodes
};

// Classifies the nodes by their reports. `agents` are the nodes with a running agent, `ready` the nodes that
// are Ready. All lists are sorted.
NodeRemoval classify_removal(const std::vector<contract::NodeReport>& reports,
                             const std::set<std::string>& agents, const std::set<std::string>& ready);

// Returns the nodes of the list's running pods.
std::set<std::string> nodes_of_running(const json::Value& pod_list);

// Reports whether the Node's condition Ready is True.
bool is_ready(const json::Value& node);

// Returns one shell command, for root on a node, that restores what the node's agent would have restored
// below the directory `root`.
std::string cleaning_command(const names::Installation& installation, const std::string& root = "");

}  // namespace connected_registry::controller
