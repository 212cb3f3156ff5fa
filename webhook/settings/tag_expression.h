// Regular expressions that choose tags (sync.repositories[].tags).
#pragma once

#include <string_view>

namespace connected_registry::settings {

// Reports whether regsync, a Go program, can compile the expression. RE2 reads the language of Go's regexp;
// it only refuses "(?<name>…)", which Go takes beside "(?P<name>…)", and what needs more than 8 MiB.
bool is_tag_expression(std::string_view text);

}  // namespace connected_registry::settings
