// Options of the commands that read from the parent registry.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/result.h"
#include "sync/parent_source.h"

namespace connected_registry::cli {

// Adds --connection-string, --credentials and --ca-bundle.
void add_parent_options(CLI::App& command, sync::ParentSource& parent);

// Connects to the parent registry, or to the proxy that HTTPS_PROXY names for it. The error says why that
// failed.
Status reach_parent(const sync::Parent& parent, std::chrono::milliseconds patience);

}  // namespace connected_registry::cli
