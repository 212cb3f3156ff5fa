// Why a file that should be JSON is none, in words for whoever wrote it (CR064).
#pragma once

#include <optional>
#include <string_view>

#include "values/source_text.h"

namespace connected_registry::values {

// The first thing that keeps the text from being JSON (RFC 8259), or a variable in quotes ("$TLS_CRT") that a
// script should have replaced. The message holds nothing of the text but such a variable's name.
std::optional<Problem> find_json_problem(std::string_view text);

}  // namespace connected_registry::values
