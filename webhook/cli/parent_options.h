// What the commands that talk to the parent registry have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/result.h"
#include "sync/parent_source.h"

namespace connected_registry::cli {

// --connection-string, --credentials and --ca-bundle.
void add_parent_options(CLI::App& command, sync::ParentSource& parent);

// Whether the parent takes connections; with HTTPS_PROXY set, whether the proxy does.
Status reach_parent(const sync::Parent& parent, std::chrono::milliseconds patience);

}  // namespace connected_registry::cli
