// Makes a directory in which this program runs in a container of any image: the program, its libraries and
// their loader. Some engines' images hold nothing but the engine, and something must start it at the right
// time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace connected_registry::sync {

// Writes connected-registry, its shared libraries and `loader` into the directory, which must exist. It is
// run as
//   DIRECTORY/loader --library-path DIRECTORY DIRECTORY/connected-registry …
Status copy_program(const std::filesystem::path& directory);

}  // namespace connected_registry::sync
