// An interface to the node's file system. Each function makes one small step, usually one system call, so
// that a test can make each step fail or end the process there. No function follows a symbolic link at the
// end of a path.
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

struct FileAttributes {
  FileKind kind = FileKind::kNone;  // kNone: the path does not exist, and the other fields are 0
  mode_t mode = 0;                  // permission bits
  uid_t owner = 0;
  gid_t group = 0;
  std::uintmax_t size = 0;
  std::int64_t modified = 0;  // time of the last change, in nanoseconds since 1970
};

// Errors: kIo, with the path and the system's reason; kNotFound if a path does not exist but must.
class FileSystem {
 public:
  FileSystem() = default;
  virtual ~FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  FileSystem(FileSystem&&) = delete;
  FileSystem& operator=(FileSystem&&) = delete;

  // Functions that read. A missing path is not an error for inspect(), and a missing directory is not an
  // error for list().
  virtual Result<FileAttributes> inspect(const std::filesystem::path& path) const = 0;
  // Reads a regular file of at most kLongest bytes. kInvalidArgument: the file is longer.
  virtual Result<std::string> read(const std::filesystem::path& path) const = 0;
  virtual Result<std::vector<std::string>> list(const std::filesystem::path& directory) const = 0;  // sorted
  virtual Result<std::filesystem::path> read_link(const std::filesystem::path& path) const = 0;

  // Functions that change something.
  virtual Status create(const std::filesystem::path& path, mode_t mode) = 0;  // an empty file; must not exist
  virtual Status append(const std::filesystem::path& path, std::string_view bytes) = 0;
  virtual Status set_owner(const std::filesystem::path& path, uid_t owner, gid_t group) = 0;
  virtual Status sync(const std::filesystem::path& path) = 0;  // a file, or the entries of a directory
  virtual Status make_directory(const std::filesystem::path& path, mode_t mode) = 0;
  virtual Status rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Status exchange(const std::filesystem::path& one, const std::filesystem::path& other) = 0;
  virtual Status unlink(const std::filesystem::path& path) = 0;
  virtual Status remove_directory(const std::filesystem::path& path) = 0;  // must be empty

  static constexpr std::size_t kLongest = std::size_t{1} << 20;
};

// Returns the file system of this machine. The object exists until the process ends and is thread-safe.
FileSystem& machine_file_system();

}  // namespace connected_registry::trust
