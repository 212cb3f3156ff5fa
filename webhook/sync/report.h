// What came of the synchronization: kept in the Lease NAME-sync of the release's namespace, for `kubectl` and
// for the status command, and shown as metrics. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/names.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "metrics/registry.h"

namespace connected_registry::sync {

enum class State {
  kWaiting,       // nothing has run yet
  kRunning,       // a run is under way
  kSynchronized,  // the last run brought everything
  kFailed,        // something of it failed; the message says what
};

std::string_view to_string(State state);  // "Waiting", …

struct RepositoryReport {
  std::string repository;    // NAME or NAME:TAG, as the settings have it
  std::string reason = {};   // of regsync.h; empty: the last run succeeded, or there was none
  std::string message = {};  // of the failure; no credential in it
  std::optional<TimePoint> last_run = {};
  std::optional<TimePoint> last_success = {};

  bool operator==(const RepositoryReport&) const = default;
};

struct Report {
  State state = State::kWaiting;
  std::string message;
  std::vector<RepositoryReport> repositories;
  std::optional<TimePoint> last_start;    // of the last run
  std::optional<TimePoint> last_success;  // end of the last run in which nothing failed
  std::optional<TimePoint> next_run;
  std::string instructions;  // digest of those that it followed
  // NAME:TAG that is not synchronized any more -> since when.
  std::map<std::string, TimePoint> leaving;

  bool operator==(const Report&) const = default;
};

// State and message of a whole from its parts: "2 of 3 repositories; team/app: UNAUTHORIZED: …".
void summarize(Report& report);

// The Lease, for server-side apply. `holder`: the pod that writes it.
json::Document render_lease(const names::Installation& installation, std::string_view holder,
                            const Report& report);

// Reads what render_lease wrote. A Lease without any of it (the chart makes it empty) is a Report with its
// defaults.
Result<Report> parse_lease(const json::Value& lease);

// Shows it to Prometheus: per repository, whether it is up to date, and when it last ran and succeeded.
void show(const Report& report, metrics::Registry& metrics);

}  // namespace connected_registry::sync
