// The progress of an uninstall on the nodes, and the command to clean a node manually. Pure functions.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "contract/names.h"
#include "contract/node_report.h"

namespace connected_registry::controller {

// The nodes by the progress of the uninstall.
struct NodeRemoval {
  std::vector<std::string> removed;      // the node has no trust files any more
  std::vector<std::string> waiting;      // an agent runs and has not finished
  std::vector<std::string> unreachable;  // the node is not ready, or no agent runs
  std::vector<std::string> failures;     // "NODE: message of its agent" for waiting nodes
};

// Classifies the nodes by their reports. `agents` are the nodes with a running agent, `ready` the nodes that
// are Ready. All lists are sorted.
NodeRemoval classify_removal(const std::vector<contract::NodeReport>& reports,
                             const std::set<std::string>& agents, const std::set<std::string>& ready);

// Returns the nodes of the running pods in the list.
std::set<std::string> nodes_of_running(const json::Value& pod_list);

// Returns true if the condition Ready of the Node is True.
bool is_ready(const json::Value& node);

// Returns one shell command that the user root runs on a node. The command restores the files that the node's
// agent would have restored. All these files are below the directory `root`.
std::string cleaning_command(const names::Installation& installation, const std::string& root = "");

}  // namespace connected_registry::controller
