// Checks settings by the rules of the catalogue (finding.h) that do not need a cluster.
#pragma once

#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

// Returns all findings. The result is sorted. The same input gives the same result.
std::vector<Finding> check(const Settings& settings, TimePoint now);

// Returns the findings of the rules CR040 to CR043 for a connection string from a Secret that the user
// created. The result is sorted. An empty text also gives a finding.
std::vector<Finding> check_connection_string(std::string_view text);

// Returns the findings for a change of settings. The result is sorted.
std::vector<Finding> check_change(const Settings& from, const Settings& to);

}  // namespace connected_registry::settings
