// Judges values by the chart's values.schema.json, as far as that goes beyond what settings::read_values()
// judges.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "settings/finding.h"
#include "values/node.h"

namespace connected_registry::values {

// Immutable. Understands $ref to #/definitions, type, enum, minimum, minLength, required, items, properties
// and additionalProperties; a test holds it against the schema that there is.
class Schema {
 public:
  static Result<Schema> parse(std::string_view text);

  // CR060 for keys that are not known, with the nearest one that is; CR061 and CR065 for values of a wrong
  // type. No value is in a finding. At most kMaxFindings, the last of which then says that there are more.
  std::vector<settings::Finding> check(const Node& values) const;
  static constexpr std::size_t kMaxFindings = 100;

  // Whether there is a key at that path; of a list's entry, the list.
  bool knows(std::string_view path) const;

  // Whether the key at that path is one of the chart's, and its value may be shown to whoever runs `check`.
  bool is_shown(std::string_view path) const;

 private:
  explicit Schema(json::Document document);

  json::Document document_;
  std::vector<std::string> known_;
};

}  // namespace connected_registry::values
