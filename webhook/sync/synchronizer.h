// Runs regsync by the schedule, one repository at a time, and keeps what came of it.
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
  std::string target = "127.0.0.1:5000";  // this registry, plain HTTP
  std::string regsync = "regsync";        // the program
  std::filesystem::path lock = {};        // shared with garbage collection
  std::filesystem::path storage = {};  // the directory whose file system must have room; empty: not looked at
  double minimum_free = 0.05;          // share of it below which nothing more is brought
  std::filesystem::path notice = {};  // file that nginx answers with where an image is not here; may be empty
  std::chrono::milliseconds tick{1'000};
  std::chrono::milliseconds watch_interval{10'000};  // between looks at the parent
  std::chrono::milliseconds patience{5'000};         // of one look
};

// What it does outside: passed in, so that tests see it.
struct SynchronizerActions {
  std::function<Result<contract::SyncReport>()> load;       // the report of before
  std::function<Status(const contract::SyncReport&)> save;  // keeps it
  std::function<void(std::string_view reason, const std::string& message)>
      warn;                                    // an event, once an occurrence
  std::function<Status(const Parent&)> reach;  // whether the parent takes connections
  std::function<Result<ProcessResult>(const ProcessRequest&, const std::stop_token&,
                                      const std::function<void(std::string_view)>&)>
      run = run_process;
};

// For one thread.
class Synchronizer {
 public:
  // `metrics` must outlive it.
  Synchronizer(SynchronizerRequest request, SynchronizerActions actions, metrics::Registry& metrics,
               Clock clock = system_now);

  // Until `stop`. A run under way is ended; regsync leaves nothing that the next one could not go on with.
  void run(const std::stop_token& stop);

 private:
  struct Outcome {
    std::string reason;  // empty: it succeeded
    std::string message;
    std::set<std::string> tags;
  };
  using Wanted = std::map<std::string, std::set<std::string>>;

  void restore(const std::stop_token& stop);
  void watch_parent(const std::stop_token& stop);
  void show_room() const;
  void write_notice(const Result<Parent>& parent, const Status& reached) const;
  void take_turn(const std::stop_token& stop);
  void run_all(bool retry, const std::stop_token& stop);
  Outcome run_one(const Repository& repository, const Result<Parent>& parent,
                  std::optional<std::chrono::steady_clock::time_point> deadline, const std::stop_token& stop);
  std::optional<Outcome> obstacle(const Result<Parent>& parent) const;
  void finish(const Wanted& wanted, bool retry);
  void remove_expired(const Wanted& wanted);
  void publish();
  contract::RepositoryReport& entry_of(const Repository& repository);

  const SynchronizerRequest request_;
  const SynchronizerActions actions_;
  metrics::Registry& metrics_;
  const Clock clock_;

  // Of the running thread only.
  History history_;
  std::string parent_seen_;             // fingerprint or error of the parent at the last run
  std::string warned_;                  // what the last event said
  bool unsaved_ = false;                // the last try to keep the report failed
  std::atomic<bool> came_back_{false};  // set by the thread that watches the parent

  contract::SyncReport report_;
};

}  // namespace connected_registry::sync
