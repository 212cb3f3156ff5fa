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

// Returns the reports of all nodes. A report that does not parse is logged and left out.
Result<std::vector<contract::NodeReport>> read_node_reports(kube::Client& client,
                                                            const names::Installation& installation);

// Returns the nodes that have not confirmed the bundle with this SHA-256. A node that has not reported for an
// hour is down: it runs no pod, must not delay a rotation, and confirms when it is back. Pure.
std::vector<std::string> unconfirmed_nodes(const std::vector<contract::NodeReport>& reports,
                                           const std::string& bundle_sha256, TimePoint now);

// Reads which nodes have removed their trust files, from their reports, agents and conditions. Nodes that
// have left the cluster are left out.
Result<NodeRemoval> read_removal(kube::Client& client, const names::Installation& installation);

}  // namespace connected_registry::controller
