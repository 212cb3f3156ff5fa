// The tokenizer of parse_in_place().
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/json.h"

namespace connected_registry::json {

// Reads the tokens of a text. Each function takes the position of a token and returns the position after the
// token. If this token is not there, the function returns nullptr, and problem() returns the position and the
// reason. kInPlacePadding bytes must follow the text, and the first of them must be a NUL.
//
// The position is a parameter, not a member, so that it stays in a register. The compiler would have to load
// a member again after each write to the text. The functions that read names and strings are inline, because
// they are called most often.
class Tokenizer {
 public:
  explicit Tokenizer(std::span<char> text) : begin_(text.data()), end_(text.data() + text.size()) {}

  const char* end() const { return end_; }
  // Returns the position and the reason of the error.
  std::string problem() const { return "at byte " + std::to_string(stopped_ - begin_) + ": " + reason_; }

  static char* skip_space(char* at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
    return at;
  }

  // Reads a string into `out`. Replaces its escapes in place and writes a NUL after it.
  char* string(char* at, std::string_view& out) {
    char* const begin = at + 1;
    char* const end = plain_end(begin);
    if (*end != kQuote) return escaped_string(begin, end, out);
    out = {begin, static_cast<std::size_t>(end - begin)};
    *end = '\0';
    return end + 1;
  }
  // Checks and skips a string.
  char* skip_string(char* at) {
    char* const end = plain_end(at + 1);
    if (*end == kQuote) return end + 1;
    std::string_view ignored;
    return escaped_string(at + 1, end, ignored);
  }

  // Returns the string after `lead` and does not change the text. `lead` ends with the string's opening
  // quote. Example: if the text at `at` is `{"name":"a","value":"1"}` and `lead` is `{"name":"`, the result
  // is `a`. The result's data() is nullptr if the text does not start with `lead`, or if the string has an
  // escape.
  std::string_view string_behind(char* at, std::string_view lead) const {
    if (!std::string_view(at, static_cast<std::size_t>(end_ - at)).starts_with(lead)) return {};
    char* const begin = at + lead.size();
    const char* const end = plain_end(begin);
    if (*end != kQuote) return {};
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  // Reads the literal `expected`, which is true, false or null.
  char* literal(char* at, std::string_view expected);

  // Reads a number and stores its text in `out`.
  char* number(char* at, std::string_view& out);

  // Records an error and returns nullptr.
  char* stop(char* at, std::string reason) {
    stopped_ = at;
    reason_ = std::move(reason);
    return nullptr;
  }

 private:
  static constexpr char kQuote = '"';
  static constexpr char kBackslash = '\\';
  static constexpr unsigned kLastControl = 0x1F;

  // Returns the position of the first quote, backslash or control character at or after `at`. The loop always
  // ends, because the NUL after the text is a control character.
  static char* plain_end(char* at) {
#if defined(__SSE2__)
    constexpr std::size_t kBlock = 16;
    static_assert(kBlock <= kInPlacePadding);
    for (;; at += kBlock) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8(kQuote));
      const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8(kBackslash));
      const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(kLastControl)), block);
      const int ends = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control));
      if (ends != 0) return at + __builtin_ctz(static_cast<unsigned>(ends));
    }
#else
    while (*at != kQuote && *at != kBackslash && static_cast<unsigned char>(*at) > kLastControl) ++at;
    return at;
#endif
  }

  char* escaped_string(char* begin, char* at, std::string_view& out);
  char* escape(char* at, char*& target);
  char* escaped_character(char* at, char*& target);

  char* const begin_;
  char* const end_;
  char* stopped_ = nullptr;
  std::string reason_;
};

}  // namespace connected_registry::json
