// Reads JSON texts that other programs write, which are not values files.
#pragma once

#include <string_view>
#include <tl/expected.hpp>

#include "values/node.h"
#include "values/source_text.h"

namespace connected_registry::values {

// Returns the values of a JSON object. Numbers are as in Helm's values. If a name is repeated, its last value
// wins. The locations refer to `source`. Fails if the text is not one JSON object.
tl::expected<Node, Problem> read_json(std::string_view text, int source);

}  // namespace connected_registry::values
