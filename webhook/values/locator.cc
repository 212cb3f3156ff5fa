#include "values/locator.h"

#include <algorithm>
#include <utility>

#include "values/excerpt.h"
#include "values/known_keys.h"
#include "values/source_text.h"

namespace connected_registry::values {
namespace {

using settings::SettingLocation;

constexpr const char* kHidden = "…";

// Returns the column of a location in characters, from 1.
int column_of(std::string_view line, const SourceLocation& at) {
  return characters(line, static_cast<std::size_t>(std::max(at.column, 1) - 1)) + 1;
}

}  // namespace

const ValuesSource& Locator::source_of(const SettingLocation& location) const {
  return input_.sources[static_cast<std::size_t>(location.key.source)];
}

PrintedLocation Locator::locate_in_file(const SettingLocation& location, bool at_key) const {
  const ValuesSource& source = source_of(location);
  const SourceLocation& at = location.value.known() && !at_key ? location.value : location.key;
  Excerpt excerpt = excerpt_of(source.text, location, schema_.is_shown(location.path), at);
  return {.file = source.name,
          .line = at.line,
          .column = column_of(line_of(source.text, at.line), at),
          .argument = {},
          .excerpt = std::move(excerpt.text),
          .caret = excerpt.caret};
}

PrintedLocation Locator::locate_in_argument(const SettingLocation& location) const {
  const ValuesSource& source = source_of(location);
  const std::string key = source.name + " " + location.path + "=";
  const bool shown = schema_.is_shown(location.path) && location.value.known() &&
                     source.name != "--set-file" && source.name != "--set-json";
  PrintedLocation printed;
  printed.argument = key + kHidden;
  printed.excerpt = key + (shown ? argument_value(source.text, location, source.name) : kHidden);
  printed.caret = characters(key, key.size()) + 1;
  return printed;
}

PrintedLocation Locator::locate_json(const SettingLocation& location) const {
  const ValuesSource& source = source_of(location);
  PrintedLocation printed;
  printed.file = source.name;
  printed.line = location.key.line;
  if (printed.line == 0) return printed;
  const std::string_view line = line_of(source.text, printed.line);
  printed.column = column_of(line, location.key);
  Excerpt excerpt = masked_json(line, location.key.column, schema_);
  printed.excerpt = std::move(excerpt.text);
  printed.caret = excerpt.caret;
  return printed;
}

PrintedLocation Locator::first_file() const {
  PrintedLocation printed;
  for (const ValuesSource& source : input_.sources) {
    if (source.kind != ValuesSource::Kind::kFile) continue;
    printed.file = source.name;
    break;
  }
  return printed;
}

LocatedFinding Locator::locate(settings::Finding finding) const {
  if (!finding.location) return {std::move(finding), first_file()};
  SettingLocation location = *finding.location;
  // Only a file that is not JSON has findings without a key.
  if (location.path.empty()) return {std::move(finding), locate_json(location)};
  const ValuesSource& source = source_of(location);
  const bool unknown_key = finding.id == "CR060";
  if (source.kind != ValuesSource::Kind::kArgument) {
    return {std::move(finding), locate_in_file(location, unknown_key)};
  }
  const std::string first = source.text.substr(0, source.text.find('='));
  if (unknown_key && first != finding.path && is_secret(first)) {
    // What follows a comma may be a part of the secret.
    finding.path = first;
    finding.message = "a comma in its value begins another key, which is not known; write \\, for a comma";
    location.path = first;
    location.value = {};
  }
  return {std::move(finding), locate_in_argument(location)};
}

std::vector<LocatedFinding> Locator::locate(std::vector<settings::Finding> findings) const {
  std::vector<LocatedFinding> located;
  for (const settings::Finding& each : input_.findings) located.push_back(locate(each));
  for (settings::Finding& each : findings) located.push_back(locate(std::move(each)));
  return located;
}

}  // namespace connected_registry::values
