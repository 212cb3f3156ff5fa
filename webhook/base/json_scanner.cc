#include "base/json_scanner.h"

#include <cstring>

namespace connected_registry::json {
namespace {

bool is_digit(char character) {
  return character >= '0' && character <= '9';
}

// Returns the value of four hexadecimal digits, or -1.
int four_hex_digits(const char* at) {
  constexpr unsigned kBase = 16;
  unsigned out = 0;
  const char* const end = at + 4;
  for (; at != end; ++at) {
    const char lower = static_cast<char>(*at | 0x20);
    if (is_digit(*at)) {
      out = out * kBase + static_cast<unsigned>(*at - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      out = out * kBase + static_cast<unsigned>(lower - 'a') + 10;
    } else {
      return -1;
    }
  }
  return static_cast<int>(out);
}

// Returns the character that an escape of two characters stands for; NUL where it is another escape or none.
char simple_escape(char character) {
  switch (character) {
    case '"':
    case '\\':
    case '/':
      return character;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

char* digits(char* at) {
  while (is_digit(*at)) ++at;
  return at;
}

// Writes a code point as UTF-8, which is shorter than its escape.
void encode(unsigned code, char*& target) {
  constexpr unsigned kSixBits = 0x3F;
  const auto put = [&target](unsigned byte) { *target++ = static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0U | code >> 6U);
  } else {
    if (code < 0x10000) {
      put(0xE0U | code >> 12U);
    } else {
      put(0xF0U | code >> 18U);
      put(0x80U | (code >> 12U & kSixBits));
    }
    put(0x80U | (code >> 6U & kSixBits));
  }
  put(0x80U | (code & kSixBits));
}

}  // namespace

// Reads the rest of a string that has a backslash, or an invalid character, at `at`.
char* Tokenizer::escaped_string(char* begin, char* at, std::string_view& out) {
  for (char* target = at;;) {
    if (*at == kQuote) {
      out = {begin, static_cast<std::size_t>(target - begin)};
      *target = '\0';
      return at + 1;
    }
    if (*at != kBackslash) {
      return stop(at, at == end_ ? "unterminated string" : "control character in a string");
    }
    char* const plain = escape(at, target);
    if (plain == nullptr) return nullptr;
    at = plain_end(plain);
    const auto length = static_cast<std::size_t>(at - plain);
    std::memmove(target, plain, length);
    target += length;
  }
}

char* Tokenizer::escape(char* at, char*& target) {
  if (at[1] == 'u') return escaped_character(at, target);
  const char simple = simple_escape(at[1]);
  if (simple == '\0') return stop(at, "invalid escape");
  *target++ = simple;
  return at + 2;
}

// Reads \uXXXX, or a surrogate pair of them.
char* Tokenizer::escaped_character(char* at, char*& target) {
  constexpr std::ptrdiff_t kLength = 6;
  constexpr int kFirstHigh = 0xD800;
  constexpr int kFirstLow = 0xDC00;
  constexpr int kBehindLow = 0xE000;
  int code = four_hex_digits(at + 2);
  if (code < 0) return stop(at, "invalid escape");
  if (code >= kFirstHigh && code < kBehindLow) {
    const bool two = code < kFirstLow && at[kLength] == kBackslash && at[kLength + 1] == 'u';
    const int low = two ? four_hex_digits(at + kLength + 2) : -1;
    if (low < kFirstLow || low >= kBehindLow) return stop(at, "unpaired surrogate");
    code = 0x10000 + ((code - kFirstHigh) << 10) + (low - kFirstLow);
    at += kLength;
  }
  encode(static_cast<unsigned>(code), target);
  return at + kLength;
}

char* Tokenizer::literal(char* at, std::string_view expected) {
  if (!std::string_view(at, static_cast<std::size_t>(end_ - at)).starts_with(expected)) {
    return stop(at, "expected a value");
  }
  return at + expected.size();
}

char* Tokenizer::number(char* at, std::string_view& out) {
  const char* const begin = at;
  if (*at == '-') ++at;
  char* const first = at;
  at = *at == '0' ? at + 1 : digits(at);
  if (at == first) return stop(at, "expected a value");
  if (*at == '.') {
    char* const fraction = at + 1;
    at = digits(fraction);
    if (at == fraction) return stop(at, "expected a digit after the decimal point");
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    char* const exponent = at;
    at = digits(exponent);
    if (at == exponent) return stop(at, "expected a digit in the exponent");
  }
  out = {begin, static_cast<std::size_t>(at - begin)};
  return at;
}

}  // namespace connected_registry::json
