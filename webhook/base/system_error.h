// Errors of system calls, in words.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// "DOING: REASON" of an errno: kNotFound for ENOENT, else kIo.
tl::unexpected<Error> fail_system(std::string_view doing, int number);
// "DOING PATH: REASON".
tl::unexpected<Error> fail_system(std::string_view doing, const std::filesystem::path& path, int number);

}  // namespace connected_registry
