// One step of the agent, decided from the CA bundle's ConfigMap. Its actions are passed in: no I/O of its
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
  // Returns the plan of the node's runtimes, by their present configuration.
  std::function<RuntimePlan(const contract::RegistryDocument&, const std::string& bundle)> plan;
  std::function<NodeFilesResult(const RuntimePlan&)> ensure_files;
  std::function<NodeFilesResult()> remove_files;
  // Ensures that containerd has read its configuration. kUnavailable: not yet.
  std::function<Status()> restart;
};

// Runs one step and returns the node's new status. `bundle` is the ConfigMap, or nullptr if there is none:
// then nothing on the node changes. Files are written only after the registry has answered with a certificate
// that the bundle verifies: a hosts.toml for an address that does not answer costs each pull its timeout.
contract::NodeStatus run_step(const names::Installation& installation, const json::Value* bundle,
                              const contract::NodeStatus& previous, const AgentActions& actions,
                              TimePoint now);

// Removes all files of ours. `reason` begins the status message: "uninstalling".
contract::NodeStatus remove_trust(const contract::NodeStatus& previous, const AgentActions& actions,
                                  const std::string& reason);

// Returns the time until the next step if no event comes before.
std::chrono::milliseconds recheck_interval(contract::NodeState state);

// The last report in the node's Lease.
struct Reported {
  contract::NodeStatus status;
  TimePoint time;
};

// Reports whether the Lease must be written. A new state, bundle, CA or runtime is written at once. A new
// message alone, and the time of the last handshake, are written less often, so that hundreds of nodes do not
// burden the API server.
bool must_report(const std::optional<Reported>& reported, const contract::NodeStatus& status, TimePoint now);

}  // namespace connected_registry::trust
