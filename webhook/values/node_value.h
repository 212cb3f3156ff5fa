// Views values files as the input of the typed settings, with locations.
#pragma once

#include <memory>
#include <optional>

#include "settings/input_value.h"
#include "values/node.h"

namespace connected_registry::values {

// Returns where the user wrote a value. `key` is the location of its name, or of the entry of a list.
settings::SettingLocation location_of(const SourceLocation& key, const Node& given);

// Views `values`, the chart's defaults with `given` on top. Locations are those of `given`. Both must outlive
// the view.
std::unique_ptr<settings::InputValue> view_node(const Node& values, const Node& given);

}  // namespace connected_registry::values
