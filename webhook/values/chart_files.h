// The chart's own files, as they were when this program was built.
#pragma once

#include <string_view>

namespace connected_registry::values {

std::string_view chart_values();  // values.yaml
std::string_view chart_schema();  // values.schema.json

}  // namespace connected_registry::values
