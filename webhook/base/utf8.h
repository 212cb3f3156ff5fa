// Validation of UTF-8 (RFC 3629). Overlong forms, surrogates and code points above U+10FFFF are invalid.
#pragma once

#include <cstddef>
#include <string_view>

namespace connected_registry::utf8 {

// Returns the length in bytes of the longest valid prefix. It is text.size() if the whole text is valid.
std::size_t valid_length(std::string_view text);

}  // namespace connected_registry::utf8
