// Reads the reports of the nodes' trust agents from the API.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "contract/node_report.h"
#include "controller/node_removal.h"
#include "kube/client.h"

namespace connected_registry::controller {

// Returns the reports of all nodes. A report that cannot be parsed is logged and left out.
Result<std::vector<contract::NodeReport>> read_node_reports(kube::Client& client,
                                                            const names::Installation& installation);

// Returns the nodes that have not confirmed the bundle with this SHA-256. Leaves out nodes that have not
// reported for an hour. Such a node is down and runs no pods, so it must not delay a change of the CA, and it
// confirms the bundle when it runs again. Pure function.
std::vector<std::string> unconfirmed_nodes(const std::vector<contract::NodeReport>& reports,
                                           const std::string& bundle_sha256, TimePoint now);

// Reads the progress of the uninstall from the reports, the agents and the conditions of the nodes. Leaves
// out nodes that are not in the cluster any more.
Result<NodeRemoval> read_removal(kube::Client& client, const names::Installation& installation);

}  // namespace connected_registry::controller
