// Quotes a value for a message.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry {

// Returns the text (UTF-8) in double quotes, on one line, with every invisible character escaped. It is the
// text that printf "%q" of the chart's templates gives, so that the chart's messages are the same.
std::string quoted(std::string_view text);

}  // namespace connected_registry
