// Checks values without a cluster.
#pragma once

#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// Reads the settings from the values. A setting with a wrong value keeps its default.
settings::Settings settings_of(const Input& input);

// Checks the values against the chart's schema, against the types of the settings, and against the rules.
// `now` is the time for the checks of certificates. Returns sorted findings with their locations. If a rule
// has a finding for a key, the findings of the schema for this key and the keys below it are left out, except
// the findings of CR060 (unknown keys). The findings of CR064 (files that should be JSON but are not) are
// only in input.findings. Checks nothing if input.complete is false.
std::vector<settings::Finding> check_values(const Input& input, const Schema& schema, TimePoint now);

}  // namespace connected_registry::values
