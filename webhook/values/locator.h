// Converts the locations of findings for display: to a file, a line and an excerpt, or to an argument of the
// command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/finding.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// A location to print. It contains no secret, but may contain control characters.
struct PrintedLocation {
  std::string file;      // name of the file; empty if the location is not in a file
  int line = 0;          // from 1; 0: the location is the complete file
  int column = 0;        // from 1, in characters; 0 if `line` is 0
  std::string argument;  // command-line argument without its value: "--set service.clusterIP=…"
  std::string excerpt;   // the key and its value as written, with "…" instead of a secret; may be empty
  int caret = 0;         // the character of `excerpt` to mark, from 1; 0: mark no character
};

// A finding together with the location to print.
struct LocatedFinding {
  settings::Finding finding;
  PrintedLocation location;
};

// Converts the locations of findings to locations to print. `input` and `schema` must outlive the Locator.
class Locator {
 public:
  Locator(const Input& input, const Schema& schema) : input_(input), schema_(schema) {}

  // Returns the findings of the input, followed by `findings` in their order. For a finding without a
  // location, the printed location is the first values file.
  std::vector<LocatedFinding> locate(std::vector<settings::Finding> findings) const;

 private:
  const ValuesSource& source_of(const settings::SettingLocation& location) const;
  LocatedFinding locate(settings::Finding finding) const;
  PrintedLocation locate_json(const settings::SettingLocation& location) const;
  PrintedLocation locate_in_file(const settings::SettingLocation& location, bool at_key) const;
  PrintedLocation locate_in_argument(const settings::SettingLocation& location) const;
  PrintedLocation first_file() const;

  const Input& input_;
  const Schema& schema_;
};

}  // namespace connected_registry::values
