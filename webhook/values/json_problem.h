// Finds the error in a file that should be JSON, and describes it for the author of the file. This is rule
// CR064 (settings/finding.h).
#pragma once

#include <optional>
#include <string_view>

#include "values/source_text.h"

namespace connected_registry::values {

// Returns the first error in the text, or nullopt if there is none. An error is a violation of JSON
// (RFC 8259), or a variable in quotes ("$TLS_CRT") that a script should have replaced. The message contains
// no part of the text, except the name of such a variable.
std::optional<Problem> find_json_problem(std::string_view text);

}  // namespace connected_registry::values
