// Replaces files of the node in one step. After a crash, each path contains the complete old file or the
// complete new file.
#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "trust/files/file_context.h"
#include "trust/files/file_system.h"

namespace connected_registry::trust {

// Creates or replaces a file with the mode and owner of `like`.
Status replace_file(const FileContext& context, const std::filesystem::path& path, std::string_view content,
                    const FileAttributes& like = {.kind = FileKind::kFile, .mode = kFileMode});

// Replaces the file at `path` and keeps the original (the same inode) at kept_path(path). Writes the new file
// to kept_path(path) first and then exchanges the names of the two files. Therefore a file always exists at
// `path`. Overwrites an existing file at kept_path(path), so the caller must check that path before.
Status exchange_file(const FileContext& context, const std::filesystem::path& path, std::string_view content,
                     const FileAttributes& like = {.kind = FileKind::kFile, .mode = kFileMode});

// Removes a file, and syncs its directory.
Status remove_file(const FileContext& context, const std::filesystem::path& path);

// Moves the original back from kept_path(path) to `path`.
Status restore_kept(const FileContext& context, const std::filesystem::path& path);

// Returns true ("something was changed") for a success, or the error.
inline Result<bool> changed(Status status) {
  if (!status) return tl::unexpected(std::move(status.error()));
  return true;
}

}  // namespace connected_registry::trust
