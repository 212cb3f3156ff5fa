// Reads sync.json: the repositories to synchronize, and the schedule. The chart writes it to the registry's
// ConfigMap.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/schedule.h"

namespace connected_registry::sync {

// A filter for tags. Its regular expressions can be compiled by Go (settings/tag_expression.h). Each
// expression must match a complete tag. If `allow` is empty, all tags are allowed. `deny` has precedence
// over `allow`.
struct TagFilter {
  std::vector<std::string> allow = {};
  std::vector<std::string> deny = {};

  bool operator==(const TagFilter&) const = default;
};

struct Repository {
  std::string name;      // name in the parent registry, without the host
  std::string tag = {};  // the only tag to synchronize; empty: all tags that pass the filter
  TagFilter filter = {};

  // Returns "team/app" or "team/app:1.0".
  std::string reference() const { return tag.empty() ? name : name + ":" + tag; }
  bool operator==(const Repository&) const = default;
};

struct SyncConfig {
  std::vector<Repository> repositories;
  Schedule schedule;
  std::optional<std::chrono::seconds> window;  // maximum duration of a run; nullopt: no limit
  // Time before a tag that is no longer synchronized is removed; nullopt: such tags are never removed.
  std::optional<std::chrono::seconds> retain;
  std::string host;    // host of the parent; empty if a connection string names it
  std::string digest;  // digest of the text of sync.json, to detect a change
};

// Parses sync.json. The error names the wrong value and its path. The function accepts the same values as the
// rules CR045, CR046, CR073 and CR076 (settings/finding.h).
Result<SyncConfig> parse_sync_config(std::string_view sync_json);

}  // namespace connected_registry::sync
