#include "sync/sync_config.h"

#include <utility>

#include "base/duration.h"
#include "base/json.h"
#include "base/quoted.h"
#include "base/sha256.h"
#include "settings/grammar.h"
#include "settings/tag_expression.h"

namespace connected_registry::sync {
namespace {

Result<std::vector<std::string>> read_list(const json::Value& object, std::string_view name) {
  std::vector<std::string> list;
  const json::Value* const found = json::find(object, {name});
  if (found == nullptr || found->IsNull()) return list;
  if (!found->IsArray()) return fail(ErrorCode::kInvalidArgument, std::string(name) + ": it is not a list");
  for (const json::Value& entry : found->GetArray()) {
    if (!entry.IsString()) {
      return fail(ErrorCode::kInvalidArgument, std::string(name) + ": it is not a list of texts");
    }
    list.emplace_back(json::view(entry));
  }
  return list;
}

Result<Repository> read_repository(const json::Value& entry) {
  Repository repository;
  repository.name = json::string_at(entry, {"name"});
  repository.tag = json::string_at(entry, {"tag"});
  // It becomes part of regsync's configuration, where braces would mean a template.
  if (!settings::is_repository(repository.reference())) {
    return fail(ErrorCode::kInvalidArgument, "'" + repository.reference() + "' is not NAME or NAME:TAG");
  }
  auto allow = read_list(entry, "allow");
  if (!allow) return fail(std::move(allow.error()), repository.name);
  auto deny = read_list(entry, "deny");
  if (!deny) return fail(std::move(deny.error()), repository.name);
  for (const auto* const list : {&*allow, &*deny}) {
    for (const std::string& expression : *list) {
      if (settings::is_tag_expression(expression)) continue;
      return fail(ErrorCode::kInvalidArgument,
                  repository.name + ": " + quoted(expression) + " is not a regular expression");
    }
  }
  repository.filter = {.allow = std::move(*allow), .deny = std::move(*deny)};
  return repository;
}

Result<std::optional<std::chrono::seconds>> read_duration(const json::Value& document,
                                                          std::string_view name) {
  const std::string_view text = json::string_at(document, {name});
  if (text.empty()) return std::optional<std::chrono::seconds>();
  const auto duration = parse_span(text);
  if (!duration) return fail(duration.error().code, std::string(name) + ": it " + duration.error().message);
  return *duration;
}

}  // namespace

Result<SyncConfig> parse_sync_config(std::string_view sync_json) {
  const auto document = json::parse(sync_json);
  if (!document) return fail(document.error(), "sync.json");
  const json::Value* const repositories = json::find(*document, {"repositories"});
  if (repositories == nullptr || !repositories->IsArray()) {
    return fail(ErrorCode::kInvalidArgument, "sync.json: repositories: it is not a list");
  }
  auto schedule = Schedule::parse(json::string_at(*document, {"schedule"}));
  if (!schedule) return fail(std::move(schedule.error()), "sync.json: schedule");
  const auto window = read_duration(*document, "window");
  if (!window) return fail(window.error(), "sync.json");
  if (*window && (*window)->count() == 0) {
    return fail(ErrorCode::kInvalidArgument, "sync.json: window: it leaves no time for a run");
  }
  const auto retain = read_duration(*document, "retain");
  if (!retain) return fail(retain.error(), "sync.json");
  SyncConfig config{.repositories = {},
                    .schedule = std::move(*schedule),
                    .window = *window,
                    .retain = *retain,
                    .host = std::string(json::string_at(*document, {"host"})),
                    .digest = sha256_hex(sync_json)};
  for (const json::Value& entry : repositories->GetArray()) {
    auto repository = read_repository(entry);
    if (!repository) return fail(std::move(repository.error()), "sync.json: repositories");
    config.repositories.push_back(std::move(*repository));
  }
  return config;
}

}  // namespace connected_registry::sync
