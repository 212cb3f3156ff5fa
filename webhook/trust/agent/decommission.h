// Decides if a stopping agent must remove the node's files. The agent must remove them if the release is
// uninstalled or if the DaemonSet no longer selects the node.
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
  // No new request starts after this time. It is much shorter than the pod's termination grace period.
  std::chrono::milliseconds timeout{2'500};
};

// Returns the reason to remove the files. There are two possible reasons. The release, its DaemonSet or its
// namespace was deleted or is being deleted (also without the release's hooks). Or the node no longer matches
// the DaemonSet's node selector. No value: another agent will follow on this node, or the API server does not
// answer. `abort` ends the wait between two requests. Do not pass the agent's own stop token: this function
// is called after the agent's stop, and must repeat a failed request, because otherwise files could remain on
// the node forever.
std::optional<std::string> reason_to_decommission(kube::Client& client, const DecommissionRequest& request,
                                                  const std::stop_token& abort);

// Returns true if the Node has every label that the DaemonSet's node selector requires. Pure function.
bool selects(const json::Value& daemon_set, const json::Value& node);

}  // namespace connected_registry::trust
