// Options of the commands that read from the parent registry.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/result.h"
#include "sync/parent_source.h"

namespace connected_registry::cli {

// Adds --connection-string, --credentials and --ca-bundle.
void add_parent_options(CLI::App& command, sync::ParentSource& parent);

// Checks that the parent takes connections, or the proxy by which regsync would ask it: HTTPS_PROXY or
// https_proxy, unless NO_PROXY or no_proxy exempts the parent.
Status reach_parent(const sync::Parent& parent, std::chrono::milliseconds patience);

}  // namespace connected_registry::cli
