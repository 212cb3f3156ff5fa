// Checks regular expressions that select tags (sync.repositories[].tags).
#pragma once

#include <string_view>

namespace connected_registry::settings {

// Returns true if regsync, a Go program, can compile the expression. Uses RE2, which has the same syntax as
// Go's regexp, with two exceptions: RE2 refuses "(?<name>…)", which Go accepts in addition to "(?P<name>…)",
// and RE2 refuses expressions that need more than 8 MiB of memory.
bool is_tag_expression(std::string_view text);

}  // namespace connected_registry::settings
