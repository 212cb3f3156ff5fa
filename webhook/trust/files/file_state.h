// The state of one path on the node: its attributes, its content, and its owner according to the marker.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "trust/files/file_context.h"
#include "trust/files/file_system.h"
#include "trust/files/marker.h"

namespace connected_registry::trust {

struct FileState {
  FileAttributes attributes = {};
  Owner owner = Owner::kForeign;
  bool is_read = false;  // true: `content` was read
  std::string content = {};

  FileKind kind() const { return attributes.kind; }
  bool exists() const { return attributes.kind != FileKind::kNone; }
  // Returns true if an installation of this project wrote the file and nobody has changed it since.
  bool is_ours() const {
    return kind() == FileKind::kFile && (owner == Owner::kUs || owner == Owner::kSibling);
  }
};

// Reads the state of a path. Does not read a file of another user, a file longer than FileSystem::kLongest, a
// link or a directory. The owner of these is kForeign.
Result<FileState> read_state(const FileContext& context, const std::filesystem::path& path);

}  // namespace connected_registry::trust
