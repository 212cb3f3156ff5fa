// The file system and the installation that the functions of this library work for.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file.h"
#include "contract/names.h"
#include "contract/node_file_marks.h"
#include "trust/files/file_system.h"

namespace connected_registry::trust {

// Both must outlive the context.
struct FileContext {
  FileSystem& files;
  const names::Installation& installation;
};

inline constexpr mode_t kFileMode = 0644;

// Returns the name of a file or directory while it is being made or removed. It names the installation, so
// that only that one cleans it up after a crash.
inline std::string temporary_name(const names::Installation& installation, std::string_view name) {
  return std::string(file::kTemporaryPrefix) + installation.namespace_ + "." + installation.name + "." +
         std::string(name);
}

// Returns the path under which the original of the file at `path` is kept.
inline std::filesystem::path kept_path(const std::filesystem::path& path) {
  return path.string() + std::string(contract::kKeptSuffix);
}

}  // namespace connected_registry::trust
