#include "sync/synchronizer.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/version.h"
#include "sync/local_registry.h"
#include "sync/regsync.h"
#include "sync/retention.h"
#include "sync/storage_lock.h"
#include "sync/sync_metrics.h"

namespace connected_registry::sync {
namespace {

constexpr mode_t kNoticeMode = 0644;

void write_log(const RegsyncLogLine& line) {
  const log::Fields fields = {{"output", line.message}};
  if (line.level == "error") return log::error("regsync", fields);
  if (line.level == "warning") return log::warning("regsync", fields);
  if (line.level == "info") return log::info("regsync", fields);
  log::debug("regsync", fields);
}

std::string notice_text(const std::string& message) {
  json::Document document(rapidjson::kObjectType);
  auto& allocator = document.GetAllocator();
  json::Value error(rapidjson::kObjectType);
  json::set(error, "code", "MANIFEST_UNKNOWN", allocator);
  json::set(error, "message", message, allocator);
  json::Value errors(rapidjson::kArrayType);
  errors.PushBack(error, allocator);
  json::set(document, "errors", std::move(errors), allocator);
  return json::to_text(document) + "\n";
}

std::string state_of(const Result<Parent>& parent) {
  return parent ? parent->fingerprint() : parent.error().message;
}

std::string percent(double share) {
  return std::to_string(static_cast<int>(share * 100)) + "%";
}

}  // namespace

Synchronizer::Synchronizer(SynchronizerRequest request, SynchronizerActions actions,
                           metrics::Registry& metrics, Clock clock)
    : request_(std::move(request)),
      actions_(std::move(actions)),
      metrics_(metrics),
      clock_(std::move(clock)) {}

void Synchronizer::update_storage_metrics() const {
  if (request_.storage.empty()) return;
  const auto space = disk_space(request_.storage);
  if (!space) return;
  metrics_.gauge("connected_registry_storage_size_bytes", "Size of the registry's volume").set(space->total);
  metrics_.gauge("connected_registry_storage_free_bytes", "Room left on the registry's volume")
      .set(space->free);
}

void Synchronizer::run(const std::stop_token& stop) {
  restore(stop);
  const std::jthread watcher([this](const std::stop_token& end) { watch_parent(end); });
  while (!stop.stop_requested()) {
    run_if_due(stop);
    wait_for(stop, request_.tick);
  }
}

// Restores the last saved report: repositories keep their times, and an unfinished run is continued.
void Synchronizer::restore(const std::stop_token& stop) {
  auto before = actions_.load();
  for (int tries = 0; !before && tries < 30 && wait_for(stop, request_.tick); ++tries)
    before = actions_.load();
  if (!before) log::warning("cannot read the last report", {{"error", before.error()}});
  contract::SyncReport report = before ? std::move(*before) : contract::SyncReport{};
  history_.last_start = report.last_start;
  history_.changed =
      report.config_digest != request_.config.digest || report.state == contract::SyncState::kRunning;
  std::vector<contract::RepositoryReport> repositories;
  for (const Repository& repository : request_.config.repositories) {
    const auto known = std::find_if(
        report.repositories.begin(), report.repositories.end(),
        [&](const contract::RepositoryReport& each) { return each.repository == repository.reference(); });
    repositories.push_back(known == report.repositories.end()
                               ? contract::RepositoryReport{.repository = repository.reference()}
                               : *known);
  }
  history_.failures = std::any_of(repositories.begin(), repositories.end(),
                                  [](const contract::RepositoryReport& each) { return !each.reason.empty(); })
                          ? 1
                          : 0;
  if (history_.failures > 0) history_.last_end = clock_();
  report_ = std::move(report);
  report_.repositories = std::move(repositories);
}

void Synchronizer::watch_parent(const std::stop_token& stop) {
  const auto gauge =
      metrics_.gauge("connected_registry_parent_reachable", "1 while the parent registry takes connections");
  bool before = true;
  do {
    const auto parent = read_parent(request_.parent);
    const Status reached = parent ? actions_.reach(*parent) : Status();
    gauge.set(reached ? 1 : 0);
    if (!before && reached) parent_is_back_ = true;
    if (before && !reached) log::warning("the parent registry is unreachable", {{"error", reached.error()}});
    if (!before && reached) log::info("the parent registry is reachable again");
    before = reached.has_value();
    write_notice(parent, reached);
    update_storage_metrics();
  } while (wait_for(stop, request_.watch_interval));
}

// Writes the answer for an image that is not here: it is not synchronized, or cannot be at the moment.
void Synchronizer::write_notice(const Result<Parent>& parent, const Status& reached) const {
  if (request_.notice.empty()) return;
  std::string message = "this registry does not have it: it is not synchronized from the parent";
  if (!parent) {
    message = "this registry does not have it, and its settings for the parent registry do not work";
  } else if (!reached) {
    message = "this registry does not have it, and its parent registry " + parent->access.endpoint +
              " is unreachable";
  }
  const std::string text = notice_text(message);
  if (const auto present = file::read(request_.notice); present && *present == text) return;
  if (const auto written = file::write_atomically(request_.notice, text, kNoticeMode); !written) {
    log::warning("cannot write the file with the answer for missing images", {{"error", written.error()}});
  }
}

void Synchronizer::run_if_due(const std::stop_token& stop) {
  const std::string parent_state = state_of(read_parent(request_.parent));
  if (!parent_state_.empty() && parent_state != parent_state_) history_.changed = true;
  if (parent_is_back_.exchange(false)) history_.parent_is_back = true;
  const TimePoint now = clock_();
  const auto due = next_run(request_.config.schedule, request_.config.window, history_, now);
  if (due && due->time <= now) {
    run_all(due->retry, stop);
    return;
  }
  const std::optional<TimePoint> next = due ? std::optional<TimePoint>(due->time) : std::nullopt;
  const bool changed = report_.next_run != next;
  report_.next_run = next;
  if (changed || is_unsaved_) publish();
}

void Synchronizer::run_all(bool retry, const std::stop_token& stop) {
  const auto lock = StorageLock::acquire(request_.lock, stop);
  if (!lock) {
    if (lock.error().code != ErrorCode::kCancelled)
      log::error("cannot synchronize", {{"error", lock.error()}});
    return;
  }
  const TimePoint now = clock_();
  if (!retry) history_.last_start = now;
  history_.changed = history_.parent_is_back = false;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  if (request_.config.window) {
    const auto left = *history_.last_start + *request_.config.window - now;
    deadline = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::seconds>(left);
  }
  report_.state = contract::SyncState::kRunning;
  report_.message = retry ? "retrying what failed" : "synchronizing";
  report_.last_start = history_.last_start;
  report_.next_run.reset();
  report_.config_digest = request_.config.digest;
  publish();
  DesiredTags desired;
  const auto parent = read_parent(request_.parent);
  parent_state_ = state_of(parent);
  RepositoryResult result;
  for (const Repository& repository : request_.config.repositories) {
    if (retry && entry_of(repository).reason.empty()) continue;
    // A parent that does not answer costs one timeout, not one per repository.
    if (result.reason != reason::kUnreachable) result = run_one(repository, parent, deadline, stop);
    if (stop.stop_requested()) return;  // the next start continues it
    if (result.reason.empty()) desired[repository.name].insert(result.tags.begin(), result.tags.end());
    contract::RepositoryReport& entry = entry_of(repository);
    entry.last_run = clock_();
    if (result.reason.empty()) entry.last_success = entry.last_run;
    entry.reason = result.reason;
    entry.message = result.message;
    publish();
  }
  finish_run(desired, retry);
}

// Returns the failure that every repository would have, as far as it is known without regsync.
std::optional<Synchronizer::RepositoryResult> Synchronizer::check_preconditions(
    const Result<Parent>& parent) const {
  if (!parent) return RepositoryResult{std::string(reason::kConfiguration), parent.error().message, {}};
  if (const auto reached = actions_.reach(*parent); !reached) {
    return RepositoryResult{std::string(reason::kUnreachable), reached.error().message, {}};
  }
  if (request_.storage.empty()) return std::nullopt;
  const auto space = disk_space(request_.storage);
  if (space && space->free_share() < request_.minimum_free) {
    return RepositoryResult{std::string(reason::kStorage),
                            "only " + percent(space->free_share()) +
                                " of the registry's volume is free: make it larger, or "
                                "synchronize less; nothing more is copied while less than " +
                                percent(request_.minimum_free) + " is free",
                            {}};
  }
  return std::nullopt;
}

Synchronizer::RepositoryResult Synchronizer::run_one(
    const Repository& repository, const Result<Parent>& parent,
    std::optional<std::chrono::steady_clock::time_point> deadline, const std::stop_token& stop) {
  if (auto found = check_preconditions(parent)) return std::move(*found);
  const std::string agent = "connected-registry/" + std::string(version());
  ProcessRequest request{
      .arguments = {request_.regsync, "once", "--config", "-", "--logopt", "json", "--verbosity", "debug"},
      .input = render_configuration(*parent, repository, request_.target, agent),
      .deadline = deadline};
  RegsyncLogParser parser(parent->access.password);
  const auto ended = actions_.run(request, stop, [&parser](std::string_view line) {
    if (const auto parsed = parser.parse(line)) write_log(*parsed);
  });
  if (!ended) return {std::string(reason::kFailed), ended.error().message, {}};
  if (ended->end != ProcessEnd::kExited) {
    return {std::string(reason::kInterrupted), "the window is over; the next run continues", {}};
  }
  if (ended->exit_code == 0) return {{}, {}, parser.tags()};
  if (parser.failure_message().empty()) {
    return {
        std::string(reason::kFailed), "regsync ended with exit code " + std::to_string(ended->exit_code), {}};
  }
  return {std::string(parser.failure_reason()), parser.failure_message(), {}};
}

void Synchronizer::finish_run(const DesiredTags& desired, bool retry) {
  if (!retry && request_.config.retain) remove_expired(desired);
  history_.last_end = clock_();
  contract::summarize(report_);
  const bool succeeded = report_.state == contract::SyncState::kSynchronized;
  if (succeeded) report_.last_success = history_.last_end;
  history_.failures = succeeded ? 0 : history_.failures + 1;
  publish();
  log::info("synchronization finished", {{"state", to_string(report_.state)}, {"result", report_.message}});
  if (!succeeded && last_event_ != report_.message) actions_.warn("SynchronizationFailed", report_.message);
  last_event_ = succeeded ? std::string() : report_.message;
}

// Removes tags that no setting matches any more, once they have stayed for the configured time.
void Synchronizer::remove_expired(const DesiredTags& desired) {
  LocalRegistry registry(request_.target);
  Inventory inventory{.present = {}, .desired = desired, .unknown = {}, .without_subject = {}};
  for (const Repository& repository : request_.config.repositories) {
    if (!entry_of(repository).reason.empty()) inventory.unknown.insert(repository.name);
  }
  const auto repositories = registry.repositories();
  if (!repositories)
    return log::warning("cannot list the repositories, no image is removed",
                        {{"error", repositories.error()}});
  for (const std::string& repository : *repositories) {
    const auto tags = registry.tags(repository);
    if (!tags) continue;  // a repository without a tag is not found
    for (const std::string& tag : *tags) {
      inventory.present.push_back({.repository = repository, .tag = tag});
      if (!is_artifact_tag(tag)) continue;
      const auto has_subject = registry.has_manifest(repository, subject_digest(tag));
      if (has_subject && !*has_subject) inventory.without_subject.insert(repository + ":" + tag);
    }
  }
  Retention retention = evaluate_retention(inventory, report_.leaving, *request_.config.retain, clock_());
  for (const Reference& reference : retention.expired) {
    const auto removed = registry.remove_tag(reference.repository, reference.tag);
    if (removed) {
      log::info("removed an image that is no longer synchronized", {{"image", reference.text()}});
    } else {
      log::warning("cannot remove an image", {{"image", reference.text()}, {"error", removed.error()}});
      retention.leaving.emplace(reference.text(), clock_());
    }
  }
  report_.leaving = std::move(retention.leaving);
}

void Synchronizer::publish() {
  set_metrics(report_, metrics_);
  const auto saved = actions_.save(report_);
  // Retried at each tick, but logged once.
  if (!saved && !is_unsaved_) log::warning("cannot save the report", {{"error", saved.error()}});
  is_unsaved_ = !saved;
}

contract::RepositoryReport& Synchronizer::entry_of(const Repository& repository) {
  return *std::find_if(
      report_.repositories.begin(), report_.repositories.end(),
      [&](const contract::RepositoryReport& each) { return each.repository == repository.reference(); });
}

}  // namespace connected_registry::sync
