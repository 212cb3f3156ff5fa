// settings.json of the settings Secret, as admission checks it.
#include <algorithm>

#include "base/timestamp.h"
#include "settings/rules.h"
#include "settings/settings.h"
#include "target.h"

namespace connected_registry::fuzz {

void run(std::string_view input) {
  static const TimePoint now = *parse_time("2030-01-01T00:00:00Z");
  const auto version = settings::form_version(input);
  const auto parsed = settings::parse(input);
  require(version.has_value() || !parsed, "settings without a version of their form are not read");
  if (!parsed) {
    require(!parsed.error().message.empty(), "an error says what is wrong");
    return;
  }
  const auto findings = settings::check(parsed->settings, now);
  require(findings.size() == settings::check(parsed->settings, now).size(),
          "the same settings, the same findings");
  require(settings::check_change(parsed->settings, parsed->settings).empty(), "no change is no reduction");
  for (const auto& finding : findings) require(!settings::to_line(finding).empty(), "a finding is a line");
}

}  // namespace connected_registry::fuzz
