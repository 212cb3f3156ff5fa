// SHA-256 (FIPS 180-4), computed with OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace connected_registry {

// Returns the digest as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace connected_registry
