#include "base/json_writer.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/base64.h"

namespace connected_registry::json {
namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);
constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighBits = 0x8080808080808080U;
constexpr unsigned char kFirstPrintable = 0x20;
constexpr std::size_t kLongestEscape = 6;

bool is_plain(char character) {
  return static_cast<unsigned char>(character) >= kFirstPrintable && character != '"' && character != '\\';
}

// Returns how many of the eight bytes are plain before the first that is not.
std::size_t plain_bytes(std::uint64_t word) {
  // Sets the high bit of each zero byte; bytes below the first one stay clear.
  const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes & kHighBits; };
  if (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  const std::uint64_t controls = (word - kOnes * kFirstPrintable) & ~word & kHighBits;
  const std::uint64_t odd = controls | zeros(word ^ (kOnes * '"')) | zeros(word ^ (kOnes * '\\'));
  constexpr int kBitsOfByte = 8;
  return static_cast<std::size_t>(std::countr_zero(odd) / kBitsOfByte);
}

// Returns the letter of a character's escape; NUL where the escape is a number.
char escape_letter(char character) {
  switch (character) {
    case '"':
    case '\\':
      return character;
    case '\n':
      return 'n';
    case '\t':
      return 't';
    case '\r':
      return 'r';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    default:
      return '\0';
  }
}

char* numbered_escape(char character, char* target) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  target = std::copy_n("\\u00", 4, target);
  *target++ = kDigits[code >> 4U];
  *target++ = kDigits[code & 0xFU];
  return target;
}

}  // namespace

TextWriter::TextWriter(std::size_t expected)
    : memory_(new char[expected]), capacity_(expected) {}  // NOLINT(*-owning-memory): left uninitialized

void TextWriter::grow(std::size_t bytes) {
  capacity_ = std::max(2 * capacity_, size_ + bytes);
  std::unique_ptr<char[]> larger(new char[capacity_]);  // NOLINT(*-avoid-c-arrays, *-owning-memory)
  std::memcpy(larger.get(), memory_.get(), size_);
  memory_ = std::move(larger);
}

void TextWriter::string(std::string_view text) {
  separate();
  is_comma_due_ = true;
  constexpr std::size_t kQuotes = 2;
  // There always is room for twice the rest of the text: an escape takes two characters, save the numbered
  // ones.
  char* target = room(2 * text.size() + kQuotes);
  *target++ = '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    if (text.size() >= kWord) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), kWord);
      std::memcpy(target, &word, kWord);
      plain = plain_bytes(word);
    } else {
      while (plain < text.size() && is_plain(text[plain])) ++plain;
      std::copy_n(text.data(), plain, target);
    }
    target += plain;
    text.remove_prefix(plain);
    if (plain == kWord || text.empty()) continue;
    if (const char letter = escape_letter(text.front()); letter != '\0') {
      *target++ = '\\';
      *target++ = letter;
    } else {
      size_ = static_cast<std::size_t>(target - memory_.get());
      target = numbered_escape(text.front(), room(2 * text.size() + kLongestEscape + kQuotes));
    }
    text.remove_prefix(1);
  }
  *target++ = '"';
  size_ = static_cast<std::size_t>(target - memory_.get());
}

void TextWriter::raw(std::string_view json) {
  separate();
  is_comma_due_ = true;
  std::copy_n(json.data(), json.size(), room(json.size()));
  size_ += json.size();
}

void TextWriter::base64(std::string_view bytes) {
  separate();
  is_comma_due_ = true;
  constexpr std::size_t kQuotes = 2;
  const std::size_t size = base64::encoded_size(bytes.size());
  char* const target = room(size + kQuotes);
  target[0] = '"';
  base64::encode(bytes, target + 1);
  target[size + 1] = '"';
  size_ += size + kQuotes;
}

}  // namespace connected_registry::json
