// What the trust agent does with the node's file system, one call a system call, so that a test can make any
// of them fail or end the process there. Links are never followed at the last step of a path.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::trust {

enum class FileKind { kNone, kFile, kDirectory, kLink, kOther };

struct FileStatus {
  FileKind kind = FileKind::kNone;
  mode_t mode = 0;  // the permission bits
  uid_t owner = 0;
  gid_t group = 0;
  std::uintmax_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
};

// Errors are kIo with the path and the system's reason; kNotFound where something is not there that must be.
class FileSystem {
 public:
  FileSystem() = default;
  virtual ~FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  FileSystem(FileSystem&&) = delete;
  FileSystem& operator=(FileSystem&&) = delete;

  // Reading. look() of what is not there is no error, nor is list() of a directory that is not there.
  virtual Result<FileStatus> look(const std::filesystem::path& path) const = 0;
  // Of a regular file of at most kLongest bytes; kInvalidArgument if it is longer.
  virtual Result<std::string> read(const std::filesystem::path& path) const = 0;
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& directory) const = 0;  // sorted
  virtual Result<std::filesystem::path> read_link(const std::filesystem::path& path) const = 0;

  // Changing.
  virtual Status create(const std::filesystem::path& path, mode_t mode) = 0;  // empty; must not be there
  virtual Status append(const std::filesystem::path& path, std::string_view bytes) = 0;
  virtual Status set_owner(const std::filesystem::path& path, uid_t owner, gid_t group) = 0;
  virtual Status sync(const std::filesystem::path& path) = 0;  // of a file, or of a directory's entries
  virtual Status make_directory(const std::filesystem::path& path, mode_t mode) = 0;
  virtual Status rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Status exchange(const std::filesystem::path& one, const std::filesystem::path& other) = 0;
  virtual Status unlink(const std::filesystem::path& path) = 0;
  virtual Status remove_directory(const std::filesystem::path& path) = 0;  // must be empty

  static constexpr std::size_t kLongest = std::size_t{1} << 20;
};

// The machine's own. Lives as long as the process; thread-safe.
FileSystem& machine_file_system();

}  // namespace connected_registry::trust
