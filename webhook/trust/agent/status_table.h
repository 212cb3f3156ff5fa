// A table of the reports of all nodes, for users. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "base/timestamp.h"
#include "contract/node_report.h"

namespace connected_registry::trust {

// Returns true if a trusted node has not reported for five minutes, because its agent or the node does not
// run.
bool is_silent(const contract::NodeStatus& status, TimePoint now);

// Returns a header and one line for each node, sorted by name: the state, the time and the CA of the last
// successful handshake, the runtimes, the number of files, and the message. Columns are aligned.
std::string status_table(std::vector<contract::NodeReport> reports, TimePoint now);

}  // namespace connected_registry::trust
