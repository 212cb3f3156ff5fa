// A function that quotes a value for a message.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry {

// Returns the text (UTF-8) in double quotes, on one line, with every invisible character escaped. The result
// equals that of printf "%q" in the chart's templates, so that the program's messages equal the chart's.
std::string quoted(std::string_view text);

}  // namespace connected_registry
