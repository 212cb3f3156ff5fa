// Locations of findings as a person sees them: file, line and an excerpt, or an argument of the command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/finding.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// A location to print. It holds no secret, but may hold control characters.
struct PrintedLocation {
  std::string file;      // empty: none, as for an argument
  int line = 0;          // from 1; 0: the file as a whole
  int column = 0;        // from 1, in characters; 0 where line is
  std::string argument;  // "--set service.clusterIP=…": of the command line, without its value
  std::string excerpt;   // the key and its value as written, "…" in place of a secret; may be empty
  int caret = 0;         // the character of the excerpt that is meant, from 1; 0: none
};

struct LocatedFinding {
  settings::Finding finding;
  PrintedLocation location;
};

// Turns the locations of findings into printed ones. Keeps references to both arguments.
class Locator {
 public:
  Locator(const Input& input, const Schema& schema) : input_(input), schema_(schema) {}

  // Returns the findings of the input, then those given, in the same order. A finding without a location is
  // about the first file.
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
