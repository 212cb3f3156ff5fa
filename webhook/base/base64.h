// Base64 (RFC 4648, section 4), the encoding of the data of Kubernetes Secrets and of the chart's tls.*
// values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::base64 {

// Returns the bytes as one line of base64 with padding.
std::string encode(std::string_view bytes);
// Writes the base64 text to `target`, which must have room for encoded_size(bytes.size()) characters.
void encode(std::string_view bytes, char* target);
constexpr std::size_t encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Decodes strictly, but ignores white space, because `base64` without -w0 writes line breaks. The error gives
// the offset of the first wrong character. It never contains the text.
Result<std::string> decode(std::string_view text);

}  // namespace connected_registry::base64
