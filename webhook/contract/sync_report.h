// The report of the synchronization. It is stored in the Lease names::Installation::sync_lease() in the
// namespace of the release. `kubectl` and the status command can show it. Pure functions.
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
  kRunning,       // a run is in progress
  kSynchronized,  // the last run succeeded
  kFailed,        // a part of the last run failed; the message says which
};

std::string_view to_string(SyncState state);  // "Waiting", …

struct RepositoryReport {
  std::string repository;    // NAME or NAME:TAG, like in the settings
  std::string reason = {};   // a word of sync::reason (sync/regsync.h); empty: no run, or success
  std::string message = {};  // description of the failure, without credentials
  std::optional<TimePoint> last_run = {};
  std::optional<TimePoint> last_success = {};

  bool operator==(const RepositoryReport&) const = default;
};

struct SyncReport {
  SyncState state = SyncState::kWaiting;
  std::string message;
  std::vector<RepositoryReport> repositories;
  std::optional<TimePoint> last_start;    // start of the last run
  std::optional<TimePoint> last_success;  // end of the last run without a failure
  std::optional<TimePoint> next_run;
  std::string config_digest;  // digest of the configuration of the last run
  // The key is a NAME:TAG that is no longer synchronized. The value is the time of the first run that left it
  // out.
  std::map<std::string, TimePoint> leaving;

  bool operator==(const SyncReport&) const = default;
};

// Sets the state and the message from the results of the repositories. The message counts the repositories
// that succeeded and describes the first failure: "2 of 3 repositories synchronized; team/app: UNAUTHORIZED:
// …".
void summarize(SyncReport& report);

// Returns the Lease for server-side apply. `holder` is the pod that writes it.
json::Document render_sync_lease(const names::Installation& installation, std::string_view holder,
                                 const SyncReport& report);

// Parses a Lease of render_sync_lease(). An empty Lease gives a SyncReport with default values.
Result<SyncReport> parse_sync_lease(const json::Value& lease);

}  // namespace connected_registry::contract
