// Base64 (RFC 4648, section 4), as in the data of Kubernetes Secrets and in tls.* values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::base64 {

// Returns one line, padded.
std::string encode(std::string_view bytes);
// Writes to `target`, which has room for encoded_size(bytes.size()) characters.
void encode(std::string_view bytes, char* target);
constexpr std::size_t encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Decodes strictly, save that it ignores white space (`base64` without -w0 writes line breaks). The error
// gives the offset of the first wrong character, never the text.
Result<std::string> decode(std::string_view text);

}  // namespace connected_registry::base64
