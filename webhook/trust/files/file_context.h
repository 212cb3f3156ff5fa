// The file system and the installation: the common arguments of the functions of this library.
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

// The referenced objects must outlive the context.
struct FileContext {
  FileSystem& files;
  const names::Installation& installation;
};

inline constexpr mode_t kFileMode = 0644;

// Returns the temporary name of a file or directory while it is being created or removed. The name contains
// the installation, so that after a crash only the same installation cleans it up.
inline std::string temporary_name(const names::Installation& installation, std::string_view name) {
  return std::string(file::kTemporaryPrefix) + installation.namespace_ + "." + installation.name + "." +
         std::string(name);
}

// Returns the path under which the original of the file at `path` is kept.
inline std::filesystem::path kept_path(const std::filesystem::path& path) {
  return path.string() + std::string(contract::kKeptSuffix);
}

}  // namespace connected_registry::trust
