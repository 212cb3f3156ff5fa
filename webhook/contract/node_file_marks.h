// How files of this project on a node can be told: what the agents write, and what the command that an
// uninstall prints for unreachable nodes looks for. Pure.
#pragma once

#include <string>
#include <string_view>

#include "contract/names.h"

namespace connected_registry::contract {

// Starts the first line of every file that any installation of this project writes. A comment in TOML, and
// outside of the blocks in PEM.
inline constexpr std::string_view kMarkerStart = "# Written by connected-registry for ";

// Returns the start of that line for one installation: "# Written by connected-registry for edge/cr.".
std::string marker_start(const names::Installation& installation);

// Return the starts of the first and the last line of what is inserted into a file of somebody else.
std::string settings_start(const names::Installation& installation);
std::string settings_end(const names::Installation& installation);

// Is added to the name of a file that was there before ours.
inline constexpr std::string_view kKeptSuffix = ".before-connected-registry";

// Records, in a directory, what of it this project made. Hidden.
inline constexpr std::string_view kRecordFile = ".connected-registry";

}  // namespace connected_registry::contract
