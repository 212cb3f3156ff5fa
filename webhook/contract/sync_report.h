// What came of the synchronization: kept in the Lease NAME-sync of the release's namespace, for `kubectl` and
// for the status command. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"

namespace connected_registry::contract {

enum class SyncState {
  kWaiting,       // nothing has run yet
  kRunning,       // a run is under way
  kSynchronized,  // the last run brought everything
  kFailed,        // something of it failed; the message says what
};

std::string_view to_string(SyncState state);  // "Waiting", …

struct RepositoryReport {
  std::string repository;    // NAME or NAME:TAG, as the settings have it
  std::string reason = {};   // of regsync.h; empty: the last run succeeded, or there was none
  std::string message = {};  // of the failure; no credential in it
  std::optional<TimePoint> last_run = {};
  std::optional<TimePoint> last_success = {};

  bool operator==(const RepositoryReport&) const = default;
};

struct SyncReport {
  SyncState state = SyncState::kWaiting;
  std::string message;
  std::vector<RepositoryReport> repositories;
  std::optional<TimePoint> last_start;    // of the last run
  std::optional<TimePoint> last_success;  // end of the last run in which nothing failed
  std::optional<TimePoint> next_run;
  std::string config_digest;  // digest of those that it followed
  // NAME:TAG that is not synchronized any more -> since when.
  std::map<std::string, TimePoint> leaving;

  bool operator==(const SyncReport&) const = default;
};

// SyncState and message of a whole from its parts: "2 of 3 repositories; team/app: UNAUTHORIZED: …".
void summarize(SyncReport& report);

// The Lease, for server-side apply. `holder`: the pod that writes it.
json::Document render_sync_lease(const names::Installation& installation, std::string_view holder,
                                 const SyncReport& report);

// Reads what render_sync_lease wrote. A Lease without any of it (the chart makes it empty) is a SyncReport
// with its defaults.
Result<SyncReport> parse_sync_lease(const json::Value& lease);

}  // namespace connected_registry::contract
