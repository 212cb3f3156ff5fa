// The part of a line that shows what is wrong, without anything that nobody must see. Internal to locator.cc.
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

// The key and, where `shown`, its value as they stand in the file; nothing else of the line. `value` is
// nullptr where it is a map, a list or null. The caret is under `at`: the key or the value.
Excerpt excerpt_of(std::string_view text, const Position& key, const Node* value, bool shown,
                   const Position& at);

// A line of a file that is no JSON, so that nobody knows what in it is a secret: brackets, quotes, commas,
// known keys and variables ($TLS_CRT) stay, all else is "…". `column` counts bytes from 1.
Excerpt masked_json(std::string_view line, int column, const Schema& schema);

}  // namespace connected_registry::values
