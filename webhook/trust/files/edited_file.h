// A file of somebody else's in which we set something, and take it out again: containerd's config.toml. The
// original is kept beside the edited one, the same inode, and comes back if nobody changed the file
// meanwhile; else only our lines are taken out. Safe at any moment as placed_file.h is. For NodeFiles.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "trust/files/placed_file.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// Makes the file have the settings; true if that changed something. kAlreadyExists and kInvalidArgument say
// what keeps it from that.
Result<bool> place_settings(const FileContext& work, const std::filesystem::path& path,
                            const std::vector<TomlSetting>& settings);

// Undoes it. kAlreadyExists names a file that somebody changed so that our lines cannot be told any more.
Result<bool> take_back_settings(const FileContext& work, const std::filesystem::path& path);

}  // namespace connected_registry::trust
