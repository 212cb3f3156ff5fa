#include "contract/sync_report.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "kube/lease.h"

namespace connected_registry::contract {
namespace {

constexpr std::array<std::pair<SyncState, std::string_view>, 4> kStates{{
    {SyncState::kWaiting, "Waiting"},
    {SyncState::kRunning, "Running"},
    {SyncState::kSynchronized, "Synchronized"},
    {SyncState::kFailed, "Failed"},
}};
constexpr std::size_t kLongestMessage = 1024;
// Annotations hold 256 KiB in all: a long list of messages must not make the Lease invalid.
constexpr std::size_t kLongestRepositoryMessage = 200;

// Returns at most `most` bytes, cut between characters.
std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0U) == 0x80U) --most;
  return std::string(text.substr(0, most)) + "…";
}

void set_time(json::Value& object, std::string_view name, const std::optional<TimePoint>& time,
              json::Allocator& allocator) {
  if (time) json::set(object, name, format_time(*time), allocator);
}

std::optional<TimePoint> time_at(const json::Value& object, std::initializer_list<std::string_view> path) {
  const auto time = parse_time(json::string_at(object, path));
  return time ? std::optional<TimePoint>(*time) : std::nullopt;
}

std::string repositories_text(const std::vector<RepositoryReport>& repositories) {
  json::Document list(rapidjson::kArrayType);
  auto& allocator = list.GetAllocator();
  for (const RepositoryReport& each : repositories) {
    json::Value entry(rapidjson::kObjectType);
    json::set(entry, "repository", each.repository, allocator);
    const std::string_view result = !each.reason.empty() ? "Failed" : each.last_run ? "Succeeded" : "Waiting";
    json::set(entry, "result", result, allocator);
    if (!each.reason.empty()) {
      json::set(entry, "reason", each.reason, allocator);
      json::set(entry, "message", cut(each.message, kLongestRepositoryMessage), allocator);
    }
    set_time(entry, "lastRun", each.last_run, allocator);
    set_time(entry, "lastSuccess", each.last_success, allocator);
    list.PushBack(entry, allocator);
  }
  return json::to_text(list);
}

Result<std::vector<RepositoryReport>> parse_repositories(std::string_view text) {
  std::vector<RepositoryReport> repositories;
  if (text.empty()) return repositories;
  const auto list = json::parse(text);
  if (!list) return fail(list.error(), names::kSyncRepositoriesAnnotation);
  if (!list->IsArray()) {
    return fail(ErrorCode::kInvalidArgument,
                std::string(names::kSyncRepositoriesAnnotation) + ": it is not a list");
  }
  for (const json::Value& entry : list->GetArray()) {
    repositories.push_back({.repository = std::string(json::string_at(entry, {"repository"})),
                            .reason = std::string(json::string_at(entry, {"reason"})),
                            .message = std::string(json::string_at(entry, {"message"})),
                            .last_run = time_at(entry, {"lastRun"}),
                            .last_success = time_at(entry, {"lastSuccess"})});
  }
  return repositories;
}

std::string leaving_text(const std::map<std::string, TimePoint>& leaving) {
  constexpr std::size_t kMost = 1000;  // the others follow when these are gone
  json::Document object(rapidjson::kObjectType);
  for (const auto& [reference, since] : leaving) {
    if (object.MemberCount() >= kMost) break;
    json::set(object, reference, format_time(since), object.GetAllocator());
  }
  return json::to_text(object);
}

std::map<std::string, TimePoint> parse_leaving(std::string_view text) {
  std::map<std::string, TimePoint> leaving;
  const auto object = json::parse(text);
  if (!object || !object->IsObject()) return leaving;
  for (auto member = object->MemberBegin(); member != object->MemberEnd(); ++member) {
    const std::string_view reference = json::view(member->name);
    if (const auto since = time_at(*object, {reference})) leaving.emplace(reference, *since);
  }
  return leaving;
}

}  // namespace

std::string_view to_string(SyncState state) {
  for (const auto& [value, text] : kStates) {
    if (value == state) return text;
  }
  return "Unknown";
}

void summarize(SyncReport& report) {
  const auto failed = std::count_if(report.repositories.begin(), report.repositories.end(),
                                    [](const RepositoryReport& each) { return !each.reason.empty(); });
  const std::size_t all = report.repositories.size();
  report.state = failed == 0 ? SyncState::kSynchronized : SyncState::kFailed;
  report.message = std::to_string(all - static_cast<std::size_t>(failed)) + " of " + std::to_string(all) +
                   (all == 1 ? " repository" : " repositories") + " synchronized";
  for (const RepositoryReport& each : report.repositories) {
    if (each.reason.empty()) continue;
    report.message +=
        "; " + each.repository + ": " + each.reason + ": " + cut(each.message, kLongestRepositoryMessage);
    break;
  }
}

json::Document render_sync_lease(const names::Installation& installation, std::string_view holder,
                                 const SyncReport& report) {
  const kube::LeaseRecord record{
      .holder = std::string(holder),
      .renew_time = report.last_success ? format_micro_time(*report.last_success) : std::string()};
  json::Document lease = kube::make_lease(installation.namespace_, installation.sync_lease(), record);
  auto& allocator = lease.GetAllocator();
  json::Value& metadata = json::object_at(lease, "metadata", allocator);
  // `status` finds the Leases of an installation by this label.
  json::set(json::object_at(metadata, "labels", allocator), names::kNameLabel, installation.name, allocator);
  json::Value& annotations = json::object_at(metadata, "annotations", allocator);
  json::set(annotations, names::kStateAnnotation, to_string(report.state), allocator);
  json::set(annotations, names::kMessageAnnotation, cut(report.message, kLongestMessage), allocator);
  json::set(annotations, names::kSyncRepositoriesAnnotation, repositories_text(report.repositories),
            allocator);
  set_time(annotations, names::kSyncLastRunAnnotation, report.last_start, allocator);
  set_time(annotations, names::kSyncNextRunAnnotation, report.next_run, allocator);
  json::set(annotations, names::kSyncInstructionsAnnotation, report.config_digest, allocator);
  json::set(annotations, names::kSyncLeavingAnnotation, leaving_text(report.leaving), allocator);
  return lease;
}

Result<SyncReport> parse_sync_lease(const json::Value& lease) {
  const auto annotation = [&lease](std::string_view name) {
    return json::string_at(lease, {"metadata", "annotations", name});
  };
  SyncReport report;
  const std::string_view state = annotation(names::kStateAnnotation);
  const auto* const known =
      std::find_if(kStates.begin(), kStates.end(), [&](const auto& each) { return each.second == state; });
  if (known == kStates.end() && !state.empty()) {
    return fail(ErrorCode::kInvalidArgument, "lease " +
                                                 std::string(json::string_at(lease, {"metadata", "name"})) +
                                                 " has the unknown state '" + std::string(state) + "'");
  }
  if (known != kStates.end()) report.state = known->first;
  report.message = annotation(names::kMessageAnnotation);
  auto repositories = parse_repositories(annotation(names::kSyncRepositoriesAnnotation));
  if (!repositories) return tl::unexpected(std::move(repositories.error()));
  report.repositories = std::move(*repositories);
  report.last_start = time_at(lease, {"metadata", "annotations", names::kSyncLastRunAnnotation});
  report.next_run = time_at(lease, {"metadata", "annotations", names::kSyncNextRunAnnotation});
  if (const auto renewed = parse_time(kube::read_lease(lease).renew_time)) report.last_success = *renewed;
  report.config_digest = annotation(names::kSyncInstructionsAnnotation);
  report.leaving = parse_leaving(annotation(names::kSyncLeavingAnnotation));
  return report;
}

}  // namespace connected_registry::contract
