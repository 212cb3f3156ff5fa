// Files: read with a limit, and written so that a reader sees the old bytes or the new bytes, never a part.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::file {

inline constexpr std::size_t kDefaultLimit = std::size_t{1} << 20;

// Returns the whole content of a regular file. Follows links (a mounted Secret is one). Errors: kNotFound if
// it does not exist, kInvalidArgument if it is longer than `limit` bytes, else kIo with the system's reason.
Result<std::string> read(const std::filesystem::path& path, std::size_t limit = kDefaultLimit);

// Writes through a temporary file in the same directory: write, fsync, rename, fsync of the directory. At any
// time, even after a crash, `path` is the old file or the whole new file. The directory must exist.
Status write_atomically(const std::filesystem::path& path, std::string_view bytes, mode_t mode);

// Prefix of the temporary files of write_atomically(), for a cleanup after a crash.
inline constexpr std::string_view kTemporaryPrefix = ".connected-registry-tmp-";

}  // namespace connected_registry::file
