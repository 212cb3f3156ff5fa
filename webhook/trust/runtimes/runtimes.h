// All container runtimes of a node: detects the runtimes and joins their plans. The functions only read the
// view of the node and have no side effects. Each runtime has its own file in this directory.
#pragma once

#include <string_view>
#include <vector>

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/files/node_files.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

// Returns the names of all known runtimes. Users write these names in the settings.
const std::vector<std::string_view>& runtime_names();

// Returns the joined plan of the configured runtimes. If no runtime is configured, returns the joined plan of
// the runtimes that are detected on the node.
RuntimePlan plan_runtimes(const HostView& host, const RuntimeRequest& request);

// Returns all places of our files, for all runtimes and for all versions of this project.
Layout runtime_layout(const HostView& host, const names::Installation& installation);

}  // namespace connected_registry::trust
