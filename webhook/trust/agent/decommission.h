// Whether an agent that is told to end ends for good, so that it has to take its node's files back first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/names.h"
#include "kube/client.h"

namespace connected_registry::trust {

// Why the node's files have to go: the release, its DaemonSet or its namespace is gone or going, even without
// its hooks; or the node is not chosen any more (its label went away). No value: another agent will follow,
// or nobody knows, since the API does not answer. Asks for a few seconds at most.
std::optional<std::string> reason_to_decommission(kube::Client& client,
                                                  const names::Installation& installation,
                                                  const std::string& node);

// True if the Node carries every label that the DaemonSet's node selector asks for. Pure.
bool selects(const json::Value& daemon_set, const json::Value& node);

}  // namespace connected_registry::trust
