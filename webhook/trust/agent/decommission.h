// Decides whether a stopping agent must remove the node's files: the release is uninstalled, or the node is
// no longer selected.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "contract/names.h"
#include "kube/client.h"

namespace connected_registry::trust {

struct DecommissionRequest {
  names::Installation installation;
  std::string node;
  // No new request starts after this time. Well below the pod's termination grace period.
  std::chrono::milliseconds timeout{2'500};
};

// Returns the reason to remove the files: the release, its DaemonSet or its namespace is gone or being
// deleted, even without its hooks; or the node no longer matches the DaemonSet's node selector. No value:
// another agent will follow, or the API server does not answer. `abort` ends the wait between two requests.
// It is not the agent's own stop: the question is asked after that, and one failed request must not leave
// files for ever.
std::optional<std::string> reason_to_decommission(kube::Client& client, const DecommissionRequest& request,
                                                  const std::stop_token& abort);

// Reports whether the Node has every label that the DaemonSet's node selector requires. Pure.
bool selects(const json::Value& daemon_set, const json::Value& node);

}  // namespace connected_registry::trust
