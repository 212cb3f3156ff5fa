// One step of the agent, based on the ConfigMap with the CA bundle. The step itself does no I/O: it calls the
// actions that the caller passes.
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
  // Returns the plan of the node's runtimes for their current configuration.
  std::function<RuntimePlan(const contract::RegistryDocument&, const std::string& bundle)> plan;
  std::function<NodeFilesResult(const RuntimePlan&)> ensure_files;
  std::function<NodeFilesResult()> remove_files;
  // Ensures that containerd has read its configuration. kUnavailable: containerd has not read it yet.
  std::function<Status()> restart;
};

// Runs one step and returns the node's new status. `bundle` is the ConfigMap, or nullptr if it does not
// exist; then nothing on the node changes. Files are written only after the registry has answered with a
// certificate that the bundle verifies, because containerd's hosts.toml for an address that does not answer
// delays each pull until a timeout. In a frozen installation no file changes and nothing restarts, except
// that an uninstall removes the files.
contract::NodeStatus run_step(const names::Installation& installation, const json::Value* bundle,
                              const contract::NodeStatus& previous, const AgentActions& actions,
                              TimePoint now);

// Removes all our files. The status message starts with `reason`, for example "uninstalling".
contract::NodeStatus remove_trust(const contract::NodeStatus& previous, const AgentActions& actions,
                                  const std::string& reason);

// Returns the time until the next step if the bundle does not change before.
std::chrono::milliseconds recheck_interval(contract::NodeState state);

// The last report in the node's Lease.
struct Reported {
  contract::NodeStatus status;
  TimePoint time;
};

// Returns true if the Lease must be written now. A new state, bundle, CA or runtime is written immediately.
// If only the message or the time of the last handshake is new, the Lease is written less often, so that
// hundreds of nodes do not overload the API server.
bool must_report(const std::optional<Reported>& reported, const contract::NodeStatus& status, TimePoint now);

}  // namespace connected_registry::trust
