// All that can be found in values without a cluster.
#pragma once

#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// The settings that the values give, whatever is wrong with them.
settings::Settings settings_of(const Input& input);

// What the chart's schema, the reading of the typed settings and the rules say about the values together,
// each thing once. Sorted. CR064, which stands in input.findings, is not among them; where it kept a file
// from being read, nothing is.
std::vector<settings::Finding> judge(const Input& input, const Schema& schema, TimePoint now);

}  // namespace connected_registry::values
