// The report of a node's trust agent about the agent's last check of the node. It is stored in a Lease in the
// namespace of the release.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"

namespace connected_registry::contract {

enum class NodeState {
  kWaiting,  // not ready yet; the message names the reason
  kTrusted,  // the files exist, and a handshake with the registry succeeded
  kRemoved,  // an uninstall is running, and the node has no file of this project
  kFailed,   // the owner of the node must act; the message says how
};

std::string_view to_string(NodeState state);  // "Waiting", …

struct NodeStatus {
  NodeState state = NodeState::kWaiting;
  std::string message;
  std::string bundle_sha256;          // SHA-256 of the CA bundle on the node; empty: none
  std::optional<TimePoint> verified;  // time of the last successful handshake
  std::string authority;              // CA of this handshake: its subject and the start of its SHA-256
  std::string runtimes;               // description of the detected runtimes
  std::size_t files = 0;              // number of this project's files on the node

  bool operator==(const NodeStatus&) const = default;
};

// Returns the Lease for server-side apply. The owner of the Lease is the ConfigMap of the CA bundle, whose
// uid is `bundle_uid`. Kubernetes therefore deletes the Lease together with the release.
json::Document render_node_lease(const names::Installation& installation, std::string_view node,
                                 std::string_view bundle_uid, const NodeStatus& status);

struct NodeReport {
  std::string node;
  NodeStatus status;
};

// Parses a Lease of render_node_lease(). Error: kInvalidArgument if it has no node, the name of
// another node's Lease, or an unknown state.
Result<NodeReport> parse_node_lease(const json::Value& lease);

}  // namespace connected_registry::contract
