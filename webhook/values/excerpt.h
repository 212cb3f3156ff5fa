// Excerpts of values files and of arguments. They show the position of a finding and no secret. Internal to
// locator.cc.
#pragma once

#include <string>
#include <string_view>

#include "values/node.h"
#include "values/schema.h"

namespace connected_registry::values {

struct Excerpt {
  std::string text;
  int caret = 0;  // the marked character of `text`, from 1; 0: no character is marked
};

// Returns the key and, if `shown`, its value as written in the file. The rest of the line is left out. The
// caret marks `at`, which is the location of the key or of the value.
Excerpt excerpt_of(std::string_view text, const settings::SettingLocation& location, bool shown,
                   const SourceLocation& at);

// Returns a value as written in an argument of the option. Returns "…" if the value is too long.
std::string argument_value(std::string_view argument, const settings::SettingLocation& location,
                           std::string_view option);

// Returns a masked line of a file that should be JSON but is not. Any part of such a file may be a secret.
// Keeps brackets, quotes, colons, commas, spaces, true, false, known keys and variables ($TLS_CRT), and
// replaces everything else with "…". The caret marks the byte at `column`, which counts from 1.
Excerpt masked_json(std::string_view line, int column, const Schema& schema);

}  // namespace connected_registry::values
