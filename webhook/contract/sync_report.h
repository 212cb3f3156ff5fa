// The report of the synchronization, stored in the Lease NAME-sync of the release's namespace for `kubectl`
// and the status command. Pure.
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
  kSynchronized,  // the last run succeeded
  kFailed,        // a part of the last run failed; the message says which
};

std::string_view to_string(SyncState state);  // "Waiting", …

struct RepositoryReport {
  std::string repository;    // NAME or NAME:TAG, as the settings have it
  std::string reason = {};   // one of regsync.h; empty: the last run succeeded, or there was none
  std::string message = {};  // the failure, without credentials
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
  std::string config_digest;  // of the configuration of the last run
  // NAME:TAG that is no longer synchronized -> since when.
  std::map<std::string, TimePoint> leaving;

  bool operator==(const SyncReport&) const = default;
};

// Sets state and message from the repositories: "2 of 3 repositories; team/app: UNAUTHORIZED: …".
void summarize(SyncReport& report);

// Returns the Lease for server-side apply. `holder` is the pod that writes it.
json::Document render_sync_lease(const names::Installation& installation, std::string_view holder,
                                 const SyncReport& report);

// Parses a Lease of render_sync_lease. The chart creates an empty Lease, which is a SyncReport with its
// defaults.
Result<SyncReport> parse_sync_lease(const json::Value& lease);

}  // namespace connected_registry::contract
