#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

namespace connected_registry {

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned index = 0; index < length; ++index) {
    out += kDigits[digest[index] >> 4U];
    out += kDigits[digest[index] & 0xfU];
  }
  return out;
}

}  // namespace connected_registry
