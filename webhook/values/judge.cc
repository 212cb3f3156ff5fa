#include "values/judge.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "settings/rules.h"

namespace connected_registry::values {
namespace {

using settings::Finding;

// Whether `path` is `outer` or lies in it: "sync.repositories[0]" in "sync.repositories".
bool lies_in(std::string_view path, std::string_view outer) {
  if (outer.empty() || !path.starts_with(outer)) return false;
  return path.size() == outer.size() || path[outer.size()] == '.' || path[outer.size()] == '[';
}

// The typed settings; what keeps a value from being one goes to `findings`.
settings::Settings read(const Input& input, std::vector<Finding>& findings) {
  json::Document document;
  const json::Value values = to_json(input.values, document.GetAllocator());
  return settings::read_values(values, findings);
}

}  // namespace

settings::Settings settings_of(const Input& input) {
  std::vector<Finding> ignored;
  return read(input, ignored);
}

std::vector<Finding> judge(const Input& input, const Schema& schema, TimePoint now) {
  std::vector<Finding> findings;
  if (!input.complete) return findings;
  for (Finding& finding : settings::check(read(input, findings), now)) findings.push_back(std::move(finding));
  // A rule knows more about a key than the schema does: where both speak, it is the rule that is heard.
  const std::size_t judged = findings.size();
  for (Finding& finding : schema.check(input.values)) {
    const bool said = std::any_of(findings.begin(), findings.begin() + static_cast<std::ptrdiff_t>(judged),
                                  [&](const Finding& each) { return lies_in(finding.path, each.path); });
    if (finding.id == "CR060" || !said) findings.push_back(std::move(finding));
  }
  settings::sort(findings);
  return findings;
}

}  // namespace connected_registry::values
