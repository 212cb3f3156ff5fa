// A file of another owner in which we set keys, and from which we remove them again: containerd's
// config.toml. The original is kept beside the edited file, the same inode. It comes back if nobody changed
// the file since; otherwise only our lines are removed. Each function can be interrupted at any moment, as in
// placed_file.h.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "trust/files/file_context.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// Sets the keys in the file; true if that changed something. Errors of code kAlreadyExists and
// kInvalidArgument tell the user what prevents it.
Result<bool> insert_into_file(const FileContext& context, const std::filesystem::path& path,
                              const std::vector<TomlSetting>& settings);

// Undoes insert_into_file(). kAlreadyExists names a file in which somebody changed our lines.
Result<bool> restore_edited_file(const FileContext& context, const std::filesystem::path& path);

}  // namespace connected_registry::trust
