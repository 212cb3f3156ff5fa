// Functions that read files with a size limit and write files atomically. A reader sees the old bytes or the
// new bytes, never a part of the new bytes.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::file {

inline constexpr std::size_t kDefaultLimit = std::size_t{1} << 20;

// Returns the whole content of a regular file. Follows symbolic links, because the files of a mounted Secret
// are links. Errors: kNotFound if the file does not exist, kInvalidArgument if it is longer than `limit`
// bytes, otherwise kIo with the system's reason.
Result<std::string> read(const std::filesystem::path& path, std::size_t limit = kDefaultLimit);

// Writes a temporary file in the same directory, calls fsync on it, renames it to `path`, and calls fsync on
// the directory. At any time, even after a crash, `path` is the old file or the complete new file. The
// directory must exist.
Status write_atomically(const std::filesystem::path& path, std::string_view bytes, mode_t mode);

// Prefix of the names of the temporary files of write_atomically(). A cleanup after a crash searches for it.
inline constexpr std::string_view kTemporaryPrefix = ".connected-registry-tmp-";

}  // namespace connected_registry::file
