// A view of values files as settings::InputValue, with locations. The typed settings are read from it.
#pragma once

#include <memory>
#include <optional>

#include "settings/input_value.h"
#include "values/node.h"

namespace connected_registry::values {

// Returns the location of the value `given` that the user wrote. `key` is the location of its name, or of
// the value itself if it is an entry of a list.
settings::SettingLocation location_of(const SourceLocation& key, const Node& given);

// Returns a view of `values`, which are the chart's defaults overridden by `given`. Locations are only taken
// from `given`. Both arguments must outlive the view.
std::unique_ptr<settings::InputValue> view_node(const Node& values, const Node& given);

}  // namespace connected_registry::values
