// All checks of values that need no cluster.
#pragma once

#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// Reads the settings from the values. Settings with a wrong value keep their default.
settings::Settings settings_of(const Input& input);

// Checks the values by the chart's schema, by reading the typed settings, and by the rules. Returns each
// finding once, sorted, with its location. CR064 is not among them: see input.findings. Where a file could
// not be read because of it, nothing is checked.
std::vector<settings::Finding> judge(const Input& input, const Schema& schema, TimePoint now);

}  // namespace connected_registry::values
