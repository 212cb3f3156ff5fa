// Makes a folder in which this program runs in a container of any image: the program, its libraries and their
// loader. Some engines' images hold nothing but the engine, and something must start it at the right time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace connected_registry::sync {

// Writes connected-registry, its shared libraries and `loader` into the folder, which must exist. It is run
// as
//   FOLDER/loader --library-path FOLDER FOLDER/connected-registry …
Status copy_program(const std::filesystem::path& folder);

}  // namespace connected_registry::sync
