// The synchronizer runs regsync on a schedule, for one repository at a time, and saves a report of the
// results.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "base/timestamp.h"
#include "contract/sync_report.h"
#include "metrics/registry.h"
#include "sync/parent_source.h"
#include "sync/process.h"
#include "sync/scheduler.h"
#include "sync/sync_config.h"

namespace connected_registry::sync {

struct SynchronizerRequest {
  SyncConfig config;
  ParentSource parent;
  std::string target = "127.0.0.1:5000";  // address of this registry, with plain HTTP
  std::string regsync = "regsync";        // name or path of the program
  std::filesystem::path lock = {};        // file of the StorageLock, shared with garbage collection
  std::filesystem::path storage = {};     // directory on the file system to check; empty: no check
  double minimum_free = 0.05;             // minimum free share of the file system (0 to 1) to copy images
  std::filesystem::path notice = {};      // file that nginx serves for a missing image; empty: no file
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds watch_interval{10'000};  // time between two checks of the parent
  std::chrono::milliseconds patience{5'000};         // timeout of one check of the parent
};

// The external actions of the synchronizer. Tests replace them.
struct SynchronizerActions {
  std::function<Result<contract::SyncReport>()> load;  // returns the last saved report
  std::function<Status(const contract::SyncReport&)> save;
  std::function<void(std::string_view reason, const std::string& message)> warn;  // records an event
  std::function<Status(const Parent&)> reach;  // checks that the parent accepts connections
  std::function<Result<ProcessResult>(const ProcessRequest&, const std::stop_token&,
                                      const std::function<void(std::string_view)>&)>
      run = run_process;
};

// Not thread-safe: use it from one thread.
class Synchronizer {
 public:
  // `metrics` must outlive the synchronizer.
  Synchronizer(SynchronizerRequest request, SynchronizerActions actions, metrics::Registry& metrics,
               Clock clock = system_now);

  // Runs until `stop`, which also ends a running regsync. The next run can always continue an interrupted
  // run.
  void run(const std::stop_token& stop);

 private:
  struct RepositoryResult {
    std::string reason;  // empty: the repository succeeded
    std::string message;
    std::set<std::string> tags;
  };
  using DesiredTags = std::map<std::string, std::set<std::string>>;  // by repository

  void restore(const std::stop_token& stop);
  void watch_parent(const std::stop_token& stop);
  void update_storage_metrics() const;
  void write_notice(const Result<Parent>& parent, const Status& reached) const;
  void run_if_due(const std::stop_token& stop);
  void run_all(bool retry, const std::stop_token& stop);
  RepositoryResult run_one(const Repository& repository, const Result<Parent>& parent,
                           std::optional<std::chrono::steady_clock::time_point> deadline,
                           const std::stop_token& stop);
  std::optional<RepositoryResult> check_preconditions(const Result<Parent>& parent) const;
  void finish_run(const DesiredTags& desired, bool retry);
  void remove_expired(const DesiredTags& desired);
  void publish();
  contract::RepositoryReport& entry_of(const Repository& repository);

  const SynchronizerRequest request_;
  const SynchronizerActions actions_;
  metrics::Registry& metrics_;
  const Clock clock_;

  // Only the thread of run() uses these members, except parent_is_back_.
  History history_;
  std::string parent_state_;                 // fingerprint or error of the parent at the last run
  std::string last_event_;                   // message of the last event
  bool is_unsaved_ = false;                  // the last attempt to save the report failed
  std::atomic<bool> parent_is_back_{false};  // set by the thread that checks the parent

  contract::SyncReport report_;
};

}  // namespace connected_registry::sync
