// What the nodes' agents report, as a table for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/timestamp.h"
#include "contract/node_report.h"

namespace connected_registry::trust {

// Whether a node that trusted the registry has not said so for a while: its agent or the node itself is gone.
bool is_silent(const contract::NodeStatus& status, TimePoint now);

// A header and a line a node, sorted by name: state, when the last handshake succeeded and with which CA, the
// runtimes, the files of ours, and what is wrong. Columns are aligned; the last one is free text.
std::string status_table(std::vector<contract::NodeReport> reports, TimePoint now);

}  // namespace connected_registry::trust
