// A value in a message.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry {

// The text in double quotes, on one line, with nothing in it that cannot be seen: as printf "%q" of the
// chart's templates writes it, for the same words. The text is UTF-8.
std::string quoted(std::string_view text);

}  // namespace connected_registry
