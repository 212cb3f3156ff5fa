#include "base/utf8.h"

#include <cstdint>
#include <cstring>

namespace connected_registry::utf8 {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kHighBits = 0x8080808080808080U;

std::uint64_t word_at(std::string_view text, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, kWord);
  return word;
}

std::size_t skip_ascii(std::string_view text, std::size_t at) {
  constexpr std::size_t kFour = 4 * kWord;
  while (at + kFour <= text.size()) {
    const std::uint64_t any = word_at(text, at) | word_at(text, at + kWord) | word_at(text, at + 2 * kWord) |
                              word_at(text, at + 3 * kWord);
    if ((any & kHighBits) != 0) break;
    at += kFour;
  }
  while (at + kWord <= text.size()) {
    if ((word_at(text, at) & kHighBits) != 0) break;
    at += kWord;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80U) ++at;
  return at;
}

// The bytes that must follow a first byte: their number, and the bounds of the second byte.
struct Form {
  std::size_t more = 0;
  unsigned min = 0x80;
  unsigned max = 0xBF;
};

Form form_of(unsigned first) {
  if (first >= 0xC2 && first <= 0xDF) return {1, 0x80, 0xBF};
  if (first == 0xE0) return {2, 0xA0, 0xBF};
  if (first == 0xED) return {2, 0x80, 0x9F};
  if (first >= 0xE1 && first <= 0xEF) return {2, 0x80, 0xBF};
  if (first == 0xF0) return {3, 0x90, 0xBF};
  if (first >= 0xF1 && first <= 0xF3) return {3, 0x80, 0xBF};
  if (first == 0xF4) return {3, 0x80, 0x8F};
  return {};
}

// Returns the length of the character at `at`, which is not ASCII; 0 where it is invalid.
std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Form form = form_of(byte(at));
  if (form.more == 0 || text.size() - at <= form.more) return 0;
  if (byte(at + 1) < form.min || byte(at + 1) > form.max) return 0;
  for (std::size_t i = 2; i <= form.more; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  }
  return form.more + 1;
}

}  // namespace

std::size_t valid_length(std::string_view text) {
  for (std::size_t at = 0;;) {
    at = skip_ascii(text, at);
    if (at == text.size()) return at;
    const std::size_t length = character_length(text, at);
    if (length == 0) return at;
    at += length;
  }
}

}  // namespace connected_registry::utf8
