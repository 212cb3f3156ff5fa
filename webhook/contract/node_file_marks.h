// The marks that identify files of this project on a node. Agents write the marks. For unreachable nodes, an
// uninstall prints a command. This command searches for the marks. Marked files stay on nodes for a long
// time, so these texts must stay the same in every version. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "contract/names.h"

namespace connected_registry::contract {

// The start of the first line of every file that an installation writes. In TOML it is a comment. In PEM it
// is outside of the blocks.
inline constexpr std::string_view kMarkerStart = "# Written by connected-registry for ";

// Returns the start of this line for one installation: "# Written by connected-registry for edge/cr.".
std::string marker_start(const names::Installation& installation);

// This project inserts a block of lines into a file of another owner. These are the starts of the block's
// first line and of its last line, for any installation.
inline constexpr std::string_view kSettingsStart = "# BEGIN connected-registry ";
inline constexpr std::string_view kSettingsEnd = "# END connected-registry ";

// Return these starts for one installation.
std::string settings_start(const names::Installation& installation);
std::string settings_end(const names::Installation& installation);

// The suffix of a backup's name. If a file exists at a path where this project writes its own file, the old
// file is kept under its name with this suffix.
inline constexpr std::string_view kKeptSuffix = ".before-connected-registry";

// The name of the hidden file that records the files that this project has created in a directory.
inline constexpr std::string_view kRecordFile = ".connected-registry";

}  // namespace connected_registry::contract
