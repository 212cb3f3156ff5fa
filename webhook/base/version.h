// The program's version.
#pragma once

#include <string_view>

namespace connected_registry {

// Returns the version ("0.1.0"). It equals the chart's appVersion.
std::string_view version();

}  // namespace connected_registry
