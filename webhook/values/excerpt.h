// Excerpts of values files and arguments that show a finding and no secret. Internal to locator.cc.
#pragma once

#include <string>
#include <string_view>

#include "values/node.h"
#include "values/schema.h"

namespace connected_registry::values {

struct Excerpt {
  std::string text;
  int caret = 0;  // from 1, in characters; 0: none
};

// Returns the key and, where `shown`, its value as written in the file; nothing else of the line. The caret
// is under `at`, the key or the value.
Excerpt excerpt_of(std::string_view text, const settings::SettingLocation& location, bool shown,
                   const SourceLocation& at);

// Returns a value as written in an argument of the option, or "…" where it is a list or too long.
std::string argument_value(std::string_view argument, const settings::SettingLocation& location,
                           std::string_view option);

// Returns a line of a file that is not JSON, so that any part of it may be a secret. Keeps brackets, quotes,
// commas, known keys and variables ($TLS_CRT); everything else becomes "…". `column` counts bytes from 1.
Excerpt masked_json(std::string_view line, int column, const Schema& schema);

}  // namespace connected_registry::values
