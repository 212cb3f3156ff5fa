// All container runtimes of a node: detects them and joins their plans. Pure, over a view of the node. Each
// runtime has a file of its own in this directory.
#pragma once

#include <string_view>
#include <vector>

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

// Returns the names of all known runtimes, as a user writes them.
const std::vector<std::string_view>& runtime_names();

// Returns the joined plan of the configured runtimes, or, if none is configured, of those on the node.
RuntimePlan plan_runtimes(const HostView& host, const RuntimeRequest& request);

// Returns all places where any runtime, planned by any version, may have files of ours.
Layout runtime_layout(const HostView& host, const names::Installation& installation);

}  // namespace connected_registry::trust
