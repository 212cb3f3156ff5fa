// The chart's files. The build embeds them in this program.
#pragma once

#include <string_view>

namespace connected_registry::values {

std::string_view chart_values();  // values.yaml
std::string_view chart_schema();  // values.schema.json

}  // namespace connected_registry::values
