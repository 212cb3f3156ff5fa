#include "base/base64.h"

#include <openssl/evp.h>

#include <cctype>

namespace connected_registry::base64 {
namespace {

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool is_alphabet(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '+' || character == '/';
}

}  // namespace

std::string encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock writes a NUL behind the text
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

Result<std::string> decode(std::string_view text) {
  std::string compact;
  compact.reserve(text.size());
  std::size_t padding = 0;
  for (std::size_t offset = 0; offset < text.size(); ++offset) {
    const char character = text[offset];
    if (is_space(character)) continue;
    if (character == '=') {
      ++padding;
    } else if (padding > 0 || !is_alphabet(character)) {
      return fail(ErrorCode::kInvalidArgument, "not base64 at byte " + std::to_string(offset));
    }
    compact += character;
  }
  if (padding > 2 || compact.size() % 4 != 0) {
    return fail(ErrorCode::kInvalidArgument, "not base64: its length is wrong (is it cut off?)");
  }
  std::string out(compact.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(compact.data()),
                                     static_cast<int>(compact.size()));
  if (length < 0) return fail(ErrorCode::kInvalidArgument, "not base64");
  out.resize(static_cast<std::size_t>(length) - padding);  // EVP_DecodeBlock counts the padding in
  return out;
}

}  // namespace connected_registry::base64
