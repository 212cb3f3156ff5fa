#include "values/check.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "settings/rules.h"
#include "values/node_value.h"

namespace connected_registry::values {
namespace {

using settings::Finding;

// Reports whether `path` is `outer` or lies in it: "sync.repositories[0]" in "sync.repositories".
bool lies_in(std::string_view path, std::string_view outer) {
  if (outer.empty() || !path.starts_with(outer)) return false;
  return path.size() == outer.size() || path[outer.size()] == '.' || path[outer.size()] == '[';
}

// Reads the typed settings. Adds findings about values that do not fit.
settings::Settings read(const Input& input, std::vector<Finding>& findings) {
  return settings::read_values(*view_node(input.effective, input.given), findings);
}

}  // namespace

settings::Settings settings_of(const Input& input) {
  std::vector<Finding> ignored;
  return read(input, ignored);
}

std::vector<Finding> check_values(const Input& input, const Schema& schema, TimePoint now) {
  std::vector<Finding> findings;
  if (!input.complete) return findings;
  const settings::Settings settings = read(input, findings);
  for (Finding& finding : settings::check(settings, now)) findings.push_back(std::move(finding));
  settings::set_locations(settings, findings);
  // A rule says more about a key than the schema does: where both have a finding, that of the rule is kept.
  const std::size_t from_rules = findings.size();
  for (Finding& finding : schema.check(input.values, input.given)) {
    const bool said =
        std::any_of(findings.begin(), findings.begin() + static_cast<std::ptrdiff_t>(from_rules),
                    [&](const Finding& each) { return lies_in(finding.path, each.path); });
    if (finding.id == "CR060" || !said) findings.push_back(std::move(finding));
  }
  settings::sort(findings);
  return findings;
}

}  // namespace connected_registry::values
