// Functions that convert errors of system calls to Error.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// Returns an error with the message "ACTION: REASON" for an errno. Its code is kNotFound for ENOENT,
// otherwise kIo.
tl::unexpected<Error> fail_system(std::string_view action, int number);
// Returns an error with the message "ACTION PATH: REASON". Its code is chosen as in the function above.
tl::unexpected<Error> fail_system(std::string_view action, const std::filesystem::path& path, int number);

}  // namespace connected_registry
