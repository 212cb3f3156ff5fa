// Errors of system calls as Error.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// Returns "ACTION: REASON" for an errno: kNotFound for ENOENT, else kIo.
tl::unexpected<Error> fail_system(std::string_view action, int number);
// Returns "ACTION PATH: REASON".
tl::unexpected<Error> fail_system(std::string_view action, const std::filesystem::path& path, int number);

}  // namespace connected_registry
