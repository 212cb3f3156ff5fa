// Places one of our files on a node at a path where a file of another owner may already exist. The file of
// the other owner is kept next to our file. Each function can be interrupted at any moment: the next call
// finishes or undoes an incomplete change.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "trust/files/file_context.h"

namespace connected_registry::trust {

// Writes our marker and `body` to the file. Returns true if something was changed. Keeps a foreign file at
// kept_path(path). `written_before`: this installation already wrote this file; a foreign file at `path` has
// then replaced it. kAlreadyExists, with the path in the message: the path is left unchanged, because it is a
// link or not a file, another program changed our file, a foreign file has replaced our file, or a kept file
// already exists.
Result<bool> place_file(const FileContext& context, const std::filesystem::path& path, std::string_view body,
                        bool written_before);

// Undoes place_file(): restores the kept file, or removes our file. Returns true if something was changed.
// Leaves a file of another owner unchanged. kAlreadyExists, with the path in the message: another program
// changed our file, or replaced it although a kept file exists; all files are left unchanged.
Result<bool> restore_file(const FileContext& context, const std::filesystem::path& path);

}  // namespace connected_registry::trust
