// The words of JSON, read in place: what json_in_place.h reads values with.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/json_in_place.h"

namespace connected_registry::json {

// Reads words of a text. Each function takes the place where a word begins and returns the place behind it,
// or nullptr where there is none: problem() then says where and why. The place is no member, so that it stays
// in a register: a member would be read again after each write into the text. Behind the text are
// kInPlacePadding bytes, the first of them a NUL. Inline is what runs for every name of a review.
class Scanner {
 public:
  explicit Scanner(std::span<char> text) : begin_(text.data()), end_(text.data() + text.size()) {}

  const char* end() const { return end_; }
  // Where and why it stopped.
  std::string problem() const { return "at byte " + std::to_string(stopped_ - begin_) + ": " + reason_; }

  static char* skip_space(char* at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
    return at;
  }

  // One that is unescaped where it stands, with a NUL behind it.
  char* string(char* at, std::string_view& out) {
    char* const begin = at + 1;
    char* const end = plain_end(begin);
    if (*end != kQuote) return escaped_string(begin, end, out);
    out = {begin, static_cast<std::size_t>(end - begin)};
    *end = '\0';
    return end + 1;
  }
  // The same of one that nobody wants.
  char* skip_string(char* at) {
    char* const end = plain_end(at + 1);
    if (*end == kQuote) return end + 1;
    std::string_view unwanted;
    return escaped_string(at + 1, end, unwanted);
  }

  // The string that comes behind `lead`, without reading it; no data where something else is there, or one
  // that holds an escape.
  std::string_view string_behind(char* at, std::string_view lead) const {
    if (!std::string_view(at, static_cast<std::size_t>(end_ - at)).starts_with(lead)) return {};
    char* const begin = at + lead.size();
    const char* const end = plain_end(begin);
    if (*end != kQuote) return {};
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  char* word(char* at, std::string_view expected);

  // One as it is written.
  char* number(char* at, std::string_view& out);

  // nullptr, for this reason.
  char* stop(char* at, std::string reason) {
    stopped_ = at;
    reason_ = std::move(reason);
    return nullptr;
  }

 private:
  static constexpr char kQuote = '"';
  static constexpr char kBackslash = '\\';
  static constexpr unsigned kLastControl = 0x1F;

  // The first character from `at` on that is not simply part of a string: a quote, a backslash, a control
  // character. There is one: the NUL behind the text.
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
