// Base64 of RFC 4648 section 4 (the data of Kubernetes Secrets, tls.* values), by OpenSSL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::base64 {

// One line, padded.
std::string encode(std::string_view bytes);
// The same to where the caller has room for encoded_size(bytes.size()) characters.
void encode(std::string_view bytes, char* target);
constexpr std::size_t encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Strict but for white space (line breaks are what `base64` without -w0 writes). An error gives the offset of
// the first wrong character, never the text.
Result<std::string> decode(std::string_view text);

}  // namespace connected_registry::base64
