// Runs `connected-registry check` on one input and requires what must hold for every input.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "report/report.h"
#include "settings/rules.h"
#include "settings/settings.h"
#include "target.h"
#include "values/chart_files.h"
#include "values/check.h"
#include "values/input.h"
#include "values/locator.h"
#include "values/schema.h"

namespace connected_registry::fuzz {

inline const TimePoint kNow = *parse_time("2030-01-01T00:00:00Z");

// Requires that admission, which reads the same values from the settings Secret, allows values that pass.
inline void require_admission(const values::Input& input) {
  json::Document document(rapidjson::kObjectType);
  json::set(document, "formVersion", json::Value(settings::kFormVersion), document.GetAllocator());
  json::set(document, "values", values::to_json(input.values, document.GetAllocator()),
            document.GetAllocator());
  const auto parsed = settings::parse(json::to_text(document));
  require(parsed.has_value(), "values that pass can be read as settings.json");
  require(!settings::has_errors(parsed->findings), "values that pass are read without errors by admission");
  require(!settings::has_errors(settings::check(parsed->settings, kNow)), "values that pass are admitted");
}

inline void check_values(const values::InputRequest& request, std::string_view standard_input) {
  static const values::Schema schema = values::Schema::parse(values::chart_schema()).value();
  std::istringstream stream{std::string(standard_input)};
  const auto input = values::read_input(request, stream);
  if (!input) {
    require(!input.error().message.empty(), "an error says what is wrong");
    return;
  }
  std::vector<settings::Finding> findings = values::check_values(*input, schema, kNow);
  const bool errors = settings::has_errors(findings) || !input->findings.empty();
  const report::Findings located = values::Locator(*input, schema).locate(std::move(findings));
  require(input->complete || !located.empty(), "what could not be read is a finding");
  if (!errors) require_admission(*input);
  const std::string text = report::to_text(located, false);
  const bool visible = std::all_of(text.begin(), text.end(), [](char each) {
    const auto byte = static_cast<unsigned char>(each);
    return byte == '\n' || (byte >= ' ' && byte != 0x7F);
  });
  require(visible, "a report never commands the terminal");
  require(json::parse(report::to_json(located)).has_value(), "a report as JSON is JSON");
  require(json::parse(report::to_sarif(located)).has_value(), "a report as SARIF is JSON");
  const std::string annotations = report::to_github(located);
  require(std::count(annotations.begin(), annotations.end(), '\n') <=
              static_cast<std::ptrdiff_t>(located.size()) + 1,
          "a finding is one workflow command");
}

}  // namespace connected_registry::fuzz
