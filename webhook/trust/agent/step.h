// What an agent does next, decided from the CA bundle's ConfigMap. Its actions are passed in: no I/O of its
// own.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "contract/node_report.h"
#include "trust/agent/probe.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtimes.h"

namespace connected_registry::trust {

struct AgentActions {
  std::function<Result<std::string>(const ProbeRequest&)> probe;
  // What the node's runtimes want, as they are now.
  std::function<RuntimePlan(const contract::RegistryDocument&, const std::string& bundle)> plan;
  std::function<NodeFilesResult(const RuntimePlan&)> ensure_files;
  std::function<NodeFilesResult()> remove_files;
  // Sees to it that containerd has read its configuration. kUnavailable while that takes its time.
  std::function<Status()> restart;
};

// One round. `bundle` is the ConfigMap, or nullptr where there is none: then nothing on the node changes.
// Files are written only after the registry has answered with a certificate that the bundle verifies, since a
// hosts.toml for an address that does not answer costs each pull its time-out.
contract::NodeStatus run_step(const names::Installation& installation, const json::Value* bundle,
                              const contract::NodeStatus& previous, const AgentActions& actions,
                              TimePoint now);

// Takes everything away. `reason` begins the message: "uninstalling".
contract::NodeStatus take_down(const contract::NodeStatus& previous, const AgentActions& actions,
                               const std::string& reason);

// When to look again if nothing happens before.
std::chrono::milliseconds next_look(contract::NodeState state);

// What was last written into the node's Lease, and when.
struct Reported {
  contract::NodeStatus status;
  TimePoint time;
};

// Whether the Lease is to be written: at once when the state, the bundle, the CA or the runtimes change; a
// mere change of message, and the time of the last handshake, only now and then, so that hundreds of nodes do
// not burden the API.
bool must_report(const std::optional<Reported>& reported, const contract::NodeStatus& status, TimePoint now);

}  // namespace connected_registry::trust
