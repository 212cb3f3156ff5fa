// Validates values against the chart's values.schema.json, as Helm does. Uses the library valijson.
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

// A parsed JSON Schema. Immutable.
class Schema {
 public:
  static Result<Schema> parse(std::string_view text);

  // Returns findings of the rules in settings/finding.h: CR060 for unknown keys, with the most similar known
  // key, and CR061 and CR065 for values that the schema does not allow. Locations are taken from `given`, the
  // part of `values` that the user wrote. A finding contains no value. Returns at most kMaxFindings. If there
  // are more findings, the last returned finding says so.
  std::vector<settings::Finding> check(const Node& values, const Node& given) const;
  static constexpr std::size_t kMaxFindings = 100;

  // Returns true if the path is the path of a known key, or of an entry of a known list.
  bool knows(std::string_view path) const;

  // Returns true if the path is the path of a known key and the value of the key may be printed.
  bool is_shown(std::string_view path) const;

 private:
  Schema(json::Document document, std::shared_ptr<const valijson::Schema> compiled);

  json::Document document_;
  std::vector<std::string> known_;
  std::shared_ptr<const valijson::Schema> compiled_;
};

}  // namespace connected_registry::values
