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

void write_log(const LogReader::Line& line) {
  const log::Fields fields = {{"said", line.message}};
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

std::string seen(const Result<Parent>& parent) {
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

void Synchronizer::show_room() const {
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
    take_turn(stop);
    wait_for(stop, request_.tick);
  }
}

// What was before us: repositories keep the times of their last success, and a run that nobody ended goes on.
void Synchronizer::restore(const std::stop_token& stop) {
  auto before = actions_.load();
  for (int tries = 0; !before && tries < 30 && wait_for(stop, request_.tick); ++tries)
    before = actions_.load();
  if (!before) log::warning("the former report cannot be read", {{"error", before.error()}});
  contract::SyncReport report = before ? std::move(*before) : contract::SyncReport{};
  history_.last_start = report.last_start;
  history_.changed =
      report.config_digest != request_.config.digest || report.state == contract::SyncState::kRunning;
  std::vector<contract::RepositoryReport> wanted;
  for (const Repository& repository : request_.config.repositories) {
    const auto known = std::find_if(
        report.repositories.begin(), report.repositories.end(),
        [&](const contract::RepositoryReport& each) { return each.repository == repository.reference(); });
    wanted.push_back(known == report.repositories.end()
                         ? contract::RepositoryReport{.repository = repository.reference()}
                         : *known);
  }
  history_.failures = std::any_of(wanted.begin(), wanted.end(),
                                  [](const contract::RepositoryReport& each) { return !each.reason.empty(); })
                          ? 1
                          : 0;
  if (history_.failures > 0) history_.last_end = clock_();
  report_ = std::move(report);
  report_.repositories = std::move(wanted);
}

void Synchronizer::watch_parent(const std::stop_token& stop) {
  const auto gauge =
      metrics_.gauge("connected_registry_parent_reachable", "1 while the parent registry takes connections");
  bool before = true;
  do {
    const auto parent = read_parent(request_.parent);
    const Status reached = parent ? actions_.reach(*parent) : Status();
    gauge.set(reached ? 1 : 0);
    if (!before && reached) came_back_ = true;
    if (before && !reached) log::warning("the parent registry is unreachable", {{"error", reached.error()}});
    if (!before && reached) log::info("the parent registry is reachable again");
    before = reached.has_value();
    write_notice(parent, reached);
    show_room();
  } while (wait_for(stop, request_.watch_interval));
}

// Tells apart, for whoever asks for an image that is not here, what will come from what cannot come now.
void Synchronizer::write_notice(const Result<Parent>& parent, const Status& reached) const {
  if (request_.notice.empty()) return;
  std::string message =
      "this registry does not have it: it is not among what is synchronized from the parent";
  if (!parent) {
    message = "this registry does not have it, and cannot ask its parent registry: its settings do not work";
  } else if (!reached) {
    message = "this registry does not have it, and its parent registry " + parent->access.endpoint +
              " is unreachable";
  }
  const std::string text = notice_text(message);
  if (const auto present = file::read(request_.notice); present && *present == text) return;
  if (const auto written = file::write_atomically(request_.notice, text, kNoticeMode); !written) {
    log::warning("cannot write the notice", {{"error", written.error()}});
  }
}

void Synchronizer::take_turn(const std::stop_token& stop) {
  const std::string now_seen = seen(read_parent(request_.parent));
  if (!parent_seen_.empty() && now_seen != parent_seen_) history_.changed = true;
  if (came_back_.exchange(false)) history_.parent_is_back = true;
  const TimePoint now = clock_();
  const auto due = next_run(request_.config.schedule, request_.config.window, history_, now);
  if (due && due->time <= now) {
    run_all(due->retry, stop);
    return;
  }
  const std::optional<TimePoint> next = due ? std::optional<TimePoint>(due->time) : std::nullopt;
  const bool changed = report_.next_run != next;
  report_.next_run = next;
  if (changed || unsaved_) publish();
}

void Synchronizer::run_all(bool retry, const std::stop_token& stop) {
  const auto lock = StorageLock::take(request_.lock, stop);
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
  report_.message = retry ? "trying again what failed" : "synchronizing";
  report_.last_start = history_.last_start;
  report_.next_run.reset();
  report_.config_digest = request_.config.digest;
  publish();
  Wanted wanted;
  const auto parent = read_parent(request_.parent);
  parent_seen_ = seen(parent);
  Outcome outcome;
  for (const Repository& repository : request_.config.repositories) {
    if (retry && entry_of(repository).reason.empty()) continue;
    // A parent that does not answer costs its time-out once, not once a repository.
    if (outcome.reason != reason::kUnreachable) outcome = run_one(repository, parent, deadline, stop);
    if (stop.stop_requested()) return;  // it goes on where it was
    if (outcome.reason.empty()) wanted[repository.name].insert(outcome.tags.begin(), outcome.tags.end());
    contract::RepositoryReport& entry = entry_of(repository);
    entry.last_run = clock_();
    if (outcome.reason.empty()) entry.last_success = entry.last_run;
    entry.reason = outcome.reason;
    entry.message = outcome.message;
    publish();
  }
  finish(wanted, retry);
}

// What keeps every repository from being synchronized, as far as can be told without regsync.
std::optional<Synchronizer::Outcome> Synchronizer::obstacle(const Result<Parent>& parent) const {
  if (!parent) return Outcome{std::string(reason::kConfiguration), parent.error().message, {}};
  if (const auto reached = actions_.reach(*parent); !reached) {
    return Outcome{std::string(reason::kUnreachable), reached.error().message, {}};
  }
  if (request_.storage.empty()) return std::nullopt;
  const auto space = disk_space(request_.storage);
  if (space && space->free_share() < request_.minimum_free) {
    return Outcome{std::string(reason::kStorage),
                   "only " + percent(space->free_share()) +
                       " of the registry's volume is free: make it larger, or "
                       "synchronize less; nothing more is brought while it is less than " +
                       percent(request_.minimum_free),
                   {}};
  }
  return std::nullopt;
}

Synchronizer::Outcome Synchronizer::run_one(const Repository& repository, const Result<Parent>& parent,
                                            std::optional<std::chrono::steady_clock::time_point> deadline,
                                            const std::stop_token& stop) {
  if (auto found = obstacle(parent)) return std::move(*found);
  const std::string agent = "connected-registry/" + std::string(version());
  ProcessRequest request{
      .arguments = {request_.regsync, "once", "--config", "-", "--logopt", "json", "--verbosity", "debug"},
      .input = render_configuration(*parent, repository, request_.target, agent),
      .deadline = deadline};
  LogReader reader(parent->access.password);
  const auto ended = actions_.run(request, stop, [&reader](std::string_view line) {
    if (const auto told = reader.take(line)) write_log(*told);
  });
  if (!ended) return {std::string(reason::kFailed), ended.error().message, {}};
  if (ended->end != ProcessEnd::kExited) {
    return {std::string(reason::kInterrupted), "the window is over; it goes on with the next run", {}};
  }
  if (ended->exit_code == 0) return {{}, {}, reader.tags()};
  if (reader.failure_message().empty()) {
    return {
        std::string(reason::kFailed), "regsync ended with exit code " + std::to_string(ended->exit_code), {}};
  }
  return {std::string(reader.failure_reason()), reader.failure_message(), {}};
}

void Synchronizer::finish(const Wanted& wanted, bool retry) {
  if (!retry && request_.config.retain) remove_expired(wanted);
  history_.last_end = clock_();
  contract::summarize(report_);
  const bool well = report_.state == contract::SyncState::kSynchronized;
  if (well) report_.last_success = history_.last_end;
  history_.failures = well ? 0 : history_.failures + 1;
  publish();
  log::info("synchronization", {{"state", to_string(report_.state)}, {"result", report_.message}});
  if (!well && warned_ != report_.message) actions_.warn("SynchronizationFailed", report_.message);
  warned_ = well ? std::string() : report_.message;
}

// Tags that no setting takes any more, once they have stayed for as long as is asked for.
void Synchronizer::remove_expired(const Wanted& wanted) {
  LocalRegistry registry(request_.target);
  Inventory inventory{.present = {}, .wanted = wanted, .unknown = {}, .without_subject = {}};
  for (const Repository& repository : request_.config.repositories) {
    if (!entry_of(repository).reason.empty()) inventory.unknown.insert(repository.name);
  }
  const auto repositories = registry.repositories();
  if (!repositories) return log::warning("nothing is removed", {{"error", repositories.error()}});
  for (const std::string& repository : *repositories) {
    const auto tags = registry.tags(repository);
    if (!tags) continue;  // without a tag it is not known
    for (const std::string& tag : *tags) {
      inventory.present.push_back({.repository = repository, .tag = tag});
      if (!is_artifact_tag(tag)) continue;
      const auto there = registry.has_manifest(repository, subject_digest(tag));
      if (there && !*there) inventory.without_subject.insert(repository + ":" + tag);
    }
  }
  Retention retention = judge_retention(inventory, report_.leaving, *request_.config.retain, clock_());
  for (const Reference& reference : retention.expired) {
    const auto removed = registry.remove_tag(reference.repository, reference.tag);
    if (removed) {
      log::info("removed what is not synchronized any more", {{"image", reference.text()}});
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
  // Tried again with each turn: said once.
  if (!saved && !unsaved_) log::warning("cannot keep the report", {{"error", saved.error()}});
  unsaved_ = !saved;
}

contract::RepositoryReport& Synchronizer::entry_of(const Repository& repository) {
  return *std::find_if(
      report_.repositories.begin(), report_.repositories.end(),
      [&](const contract::RepositoryReport& each) { return each.repository == repository.reference(); });
}

}  // namespace connected_registry::sync
