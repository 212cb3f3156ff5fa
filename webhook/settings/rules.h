// Checks settings by the rules that need no cluster.
#pragma once

#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

// Returns all findings, sorted. The same input gives the same list.
std::vector<Finding> check(const Settings& settings, TimePoint now);

// Returns the findings of CR040 to CR043, sorted, for a connection string in a Secret of the user's. An empty
// one is a finding as well.
std::vector<Finding> check_connection_string(std::string_view text);

// Returns the findings of a change of settings, sorted.
std::vector<Finding> check_change(const Settings& from, const Settings& to);

}  // namespace connected_registry::settings
