// What the nodes' agents report, as the API has it.
#pragma once

#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "contract/node_report.h"
#include "controller/node_removal.h"
#include "kube/client.h"

namespace connected_registry::controller {

// Of every node that has a report. One that cannot be read is logged and left out.
Result<std::vector<contract::NodeReport>> read_node_reports(kube::Client& client,
                                                            const names::Installation& installation);

// Which nodes have given back their trust files, by their reports, agents and conditions. Nodes that are not
// part of the cluster any more are left out.
Result<NodeRemoval> look_at_removal(kube::Client& client, const names::Installation& installation);

}  // namespace connected_registry::controller
