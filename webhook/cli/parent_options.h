// Options for the commands that read from the parent registry.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>

#include "base/result.h"
#include "sync/parent_source.h"

namespace connected_registry::cli {

// Adds --connection-string, --credentials and --ca-bundle.
void add_parent_options(CLI::App& command, sync::ParentSource& parent);

// Checks that the parent accepts connections within `patience`. If regsync would use a proxy, checks the
// proxy instead. The proxy is set by https_proxy or HTTPS_PROXY, unless no_proxy or NO_PROXY exempts the
// parent.
Status reach_parent(const sync::Parent& parent, std::chrono::milliseconds patience);

}  // namespace connected_registry::cli
