#include "base/system_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace connected_registry {

tl::unexpected<Error> fail_system(std::string_view action, int number) {
  return fail(number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
              std::string(action) + ": " + std::error_code(number, std::generic_category()).message());
}

tl::unexpected<Error> fail_system(std::string_view action, const std::filesystem::path& path, int number) {
  return fail_system(std::string(action) + " " + path.string(), number);
}

}  // namespace connected_registry
