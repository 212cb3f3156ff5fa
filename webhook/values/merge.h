// Merges values as Helm does.
#pragma once

#include "values/node.h"

namespace connected_registry::values {

// Merges the map `over` into the map `base`. Maps are merged recursively. Any other value of `over`,
// including null, replaces the value of `base`.
void merge(Node& base, Node over);

// Returns the chart's defaults, overridden by the values that the user gives. Both must be maps. Merges like
// merge(), except that a null of the user removes the default, and that a null in the defaults counts as
// missing. A null of the user without a default to remove is kept.
Node coalesce(Node defaults, Node given);

// Puts the chart's defaults in the place of nulls and of what a null removed: an empty key has the default,
// as in the chart's templates. Both must be maps. A null without a default is kept.
void complete(Node& values, const Node& defaults);

}  // namespace connected_registry::values
