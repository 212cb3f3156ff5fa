// What this binary is.
#pragma once

#include <string_view>

namespace connected_registry {

std::string_view version();  // "0.1.0", the chart's appVersion

}  // namespace connected_registry
