// Validation of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace connected_registry::utf8 {

// Returns the length of the longest valid beginning, which is text.size() where all of it is valid.
std::size_t valid_length(std::string_view text);

}  // namespace connected_registry::utf8
