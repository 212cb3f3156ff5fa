// Sets keys in a file of another owner, and removes them again. Example: containerd's config.toml. The
// original file (the same inode) is kept next to the edited file. If nobody has changed the edited file, the
// original is restored. Otherwise only the inserted lines are removed. Each function can be interrupted at
// any moment, as in placed_file.h.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "trust/files/file_context.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

// Sets the keys in the file. Returns true if the file was changed. The messages of kAlreadyExists and
// kInvalidArgument tell the user the reason why the keys cannot be set.
Result<bool> insert_into_file(const FileContext& context, const std::filesystem::path& path,
                              const std::vector<TomlSetting>& settings);

// Undoes insert_into_file(). Returns true if something was changed. kAlreadyExists: another program changed
// the inserted lines; the message contains the path of the file.
Result<bool> restore_edited_file(const FileContext& context, const std::filesystem::path& path);

}  // namespace connected_registry::trust
