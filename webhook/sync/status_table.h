// What came of the synchronization, as a table for people. Pure.
#pragma once

#include <string>

#include "base/timestamp.h"
#include "contract/sync_report.h"

namespace connected_registry::sync {

// A header and a line a repository, in the order of the settings: what came of its last run, how long ago
// that was and how long ago one succeeded, and what is wrong. Only the header where nothing has run yet.
std::string status_table(const contract::SyncReport& report, TimePoint now);

}  // namespace connected_registry::sync
