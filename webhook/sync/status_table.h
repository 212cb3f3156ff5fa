// The synchronization's results as a table for people. Pure.
#pragma once

#include <string>

#include "base/timestamp.h"
#include "contract/sync_report.h"

namespace connected_registry::sync {

// Returns a header and a line per repository, in the order of the settings: the result of its last run, the
// ages of its last run and of its last success, and the failure. Only the header where nothing has run yet.
std::string status_table(const contract::SyncReport& report, TimePoint now);

}  // namespace connected_registry::sync
