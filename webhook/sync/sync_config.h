// Reads sync.json: what to synchronize, and when. The chart writes it into the registry's ConfigMap.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/schedule.h"

namespace connected_registry::sync {

// Filters tags by regular expressions that Go can compile (settings/tag_expression.h), each for a whole tag.
// Empty `allow`: every tag; `deny` wins.
struct TagFilter {
  std::vector<std::string> allow = {};
  std::vector<std::string> deny = {};

  bool operator==(const TagFilter&) const = default;
};

struct Repository {
  std::string name;      // as the parent calls it, without its host
  std::string tag = {};  // one tag alone; empty: all tags that pass the filter
  TagFilter filter = {};

  // "team/app" or "team/app:1.0".
  std::string reference() const { return tag.empty() ? name : name + ":" + tag; }
  bool operator==(const Repository&) const = default;
};

struct SyncConfig {
  std::vector<Repository> repositories;
  Schedule schedule;
  std::optional<std::chrono::seconds> window;  // how long a run may take; none: as long as it needs
  std::optional<std::chrono::seconds> retain;  // how long what is not synchronized any more stays; none: ever
  std::string host;                            // the parent's, where no connection string names it
  std::string digest;                          // of the text, to detect a change
};

// The error names the wrong value and its place. It is the same verdict as that of the rules CR045, CR046,
// CR073 and CR076.
Result<SyncConfig> parse_sync_config(std::string_view sync_json);

}  // namespace connected_registry::sync
