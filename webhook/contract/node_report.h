// What an agent last verified on its node, kept in a Lease of the release's namespace.
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
  kWaiting,  // not ready yet; the message says what for
  kTrusted,  // the files are in place and a handshake with the registry succeeded
  kRemoved,  // an uninstall is going on and nothing of ours is left on the node
  kFailed,   // somebody has to do something; the message says what
};

std::string_view to_string(NodeState state);  // "Waiting", …

struct NodeStatus {
  NodeState state = NodeState::kWaiting;
  std::string message;
  std::string bundle_sha256;          // of the CA bundle that lies on the node; empty for none
  std::optional<TimePoint> verified;  // the last handshake that succeeded
  std::string authority;              // the CA with which it did: its subject and the start of its SHA-256
  std::string runtimes;               // what was found on the node
  std::size_t files = 0;              // how many of ours lie there

  bool operator==(const NodeStatus&) const = default;
};

// The Lease, for server-side apply. Its owner is the CA bundle's ConfigMap (`bundle_uid`), so that it goes
// with the release.
json::Document render_node_lease(const names::Installation& installation, std::string_view node,
                                 std::string_view bundle_uid, const NodeStatus& status);

struct NodeReport {
  std::string node;
  NodeStatus status;
};

// Reads what render_node_lease wrote.
Result<NodeReport> parse_node_lease(const json::Value& lease);

}  // namespace connected_registry::contract
