// The chart's values.schema.json. valijson judges values by it, as Helm does.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "settings/finding.h"
#include "values/node.h"

namespace valijson {
class Schema;
}

namespace connected_registry::values {

// A parsed schema. Immutable.
class Schema {
 public:
  static Result<Schema> parse(std::string_view text);

  // Returns CR060 for unknown keys, with the nearest known one, and CR061 and CR065 for values that the
  // schema does not allow. Locations are those of `given`, the user's part of `values`. No value is in a
  // finding. At most kMaxFindings, the last of which then says that there are more.
  std::vector<settings::Finding> check(const Node& values, const Node& given) const;
  static constexpr std::size_t kMaxFindings = 100;

  // Reports whether the path names a known key, or an entry of one that is a list.
  bool knows(std::string_view path) const;

  // Reports whether the path names a known key whose value may be printed.
  bool is_shown(std::string_view path) const;

 private:
  Schema(json::Document document, std::shared_ptr<const valijson::Schema> compiled);

  json::Document document_;
  std::vector<std::string> known_;
  std::shared_ptr<const valijson::Schema> compiled_;
};

}  // namespace connected_registry::values
