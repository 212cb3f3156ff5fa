// Copies this program with its libraries and their loader, so that it can run in a container of any image.
// This is needed because the images of Distribution and regsync contain only that program, and
// connected-registry must start it at the right time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace connected_registry::sync {

// Copies connected-registry, its shared libraries and `loader` into the directory, which must exist. The
// command to run the copy is:
//   DIRECTORY/loader --library-path DIRECTORY DIRECTORY/connected-registry …
Status copy_program(const std::filesystem::path& directory);

}  // namespace connected_registry::sync
