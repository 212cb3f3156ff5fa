// Reads the argument of Helm's -f, which may name several files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::values {

// Returns the names in a line of comma-separated values. A name with a comma stands in double quotes, and a
// double quote in such a name is doubled. An empty text has no names.
Result<std::vector<std::string>> parse_file_list(std::string_view text);

}  // namespace connected_registry::values
