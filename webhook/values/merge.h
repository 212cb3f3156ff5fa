// How helm puts values together.
#pragma once

#include "values/node.h"

namespace connected_registry::values {

// `over` on top of `base`, both maps: maps merge, everything else replaces, null included.
void merge(Node& base, Node over);

// What a user gives on top of the chart's defaults, both maps: as merge(), but null removes the default, and
// a map keeps out a default that is none. A null that removes nothing stays.
Node coalesce(Node defaults, Node given);

}  // namespace connected_registry::values
