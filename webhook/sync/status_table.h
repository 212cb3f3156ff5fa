// Formats the results of the synchronization as a table for people. Pure functions.
#pragma once

#include <string>

#include "base/timestamp.h"
#include "contract/sync_report.h"

namespace connected_registry::sync {

// Returns a header and one line for each repository, in the order of the settings. A line shows the result
// of the last run, the age of the last run, the age of the last success, and the failure. Returns only the
// header if there was no run yet.
std::string status_table(const contract::SyncReport& report, TimePoint now);

}  // namespace connected_registry::sync
