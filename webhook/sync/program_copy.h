// Copies this program, with its libraries and their loader, so that it runs in a container of any image. Some
// engines' images contain only the engine, which this program starts at the right time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace connected_registry::sync {

// Copies connected-registry, its shared libraries and `loader` into the directory, which must exist. Run it
// as
//   DIRECTORY/loader --library-path DIRECTORY DIRECTORY/connected-registry …
Status copy_program(const std::filesystem::path& directory);

}  // namespace connected_registry::sync
