// The marks by which files of this project on a node are recognized: agents write them, and the command that
// an uninstall prints for unreachable nodes searches for them. Nodes keep such files: these texts stay the
// same in every version. Pure.
#pragma once

#include <string>
#include <string_view>

#include "contract/names.h"

namespace connected_registry::contract {

// The start of the first line of every file that any installation writes. It is a comment in TOML, and
// outside of the blocks in PEM.
inline constexpr std::string_view kMarkerStart = "# Written by connected-registry for ";

// Returns the start of that line for one installation: "# Written by connected-registry for edge/cr.".
std::string marker_start(const names::Installation& installation);

// Return the starts of the first and the last line that are inserted into a file of another owner.
std::string settings_start(const names::Installation& installation);
std::string settings_end(const names::Installation& installation);

// The suffix of a kept file, one that existed before ours.
inline constexpr std::string_view kKeptSuffix = ".before-connected-registry";

// The name of a directory's record: what this project created there. Hidden.
inline constexpr std::string_view kRecordFile = ".connected-registry";

}  // namespace connected_registry::contract
