// The rules that settings can be judged by alone, without a cluster.
#pragma once

#include <string_view>
#include <vector>

#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

// All findings, sorted; the same input gives the same list.
std::vector<Finding> check(const Settings& settings, TimePoint now);

// The rules about a connection string alone (CR040 to CR043), for one that stands in a Secret of the user's.
// An empty one is a finding as well. Sorted.
std::vector<Finding> check_connection_string(std::string_view text);

// What a change of settings must not do. Sorted.
std::vector<Finding> check_change(const Settings& from, const Settings& to);

}  // namespace connected_registry::settings
