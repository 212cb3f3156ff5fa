// The stream that RapidJSON reads from in place.
#pragma once

#include <cstddef>
#include <cstring>

#include "base/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace connected_registry::json {

// As RapidJSON's own, but where a string begins, and behind an escape in it, it goes at once to the next
// character that means something: RapidJSON first goes byte by byte to an address that is a multiple of 16, and
// most strings of Kubernetes end before that. The text is followed by a NUL and kInPlacePadding.
class InPlaceStream {
 public:
  using Ch = char;

  explicit InPlaceStream(char* text) : begin_(text), source_(text) {}

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  char Peek() const { return *source_; }
  char Take() { return *source_++; }
  std::size_t Tell() const { return static_cast<std::size_t>(source_ - begin_); }

  char* PutBegin() {
    char* const string = source_;
    source_ += plain_length();
    target_ = source_;
    return string;
  }
  void Put(char character) {
    *target_++ = character;
    // Neither the string's end, nor a byte in the middle of a character of which more follow.
    if (static_cast<unsigned char>(character) - 1U < kLastAscii) copy_plain();
  }
  std::size_t PutEnd(const char* string) const { return static_cast<std::size_t>(target_ - string); }
  void Flush() {}
  // NOLINTEND(readability-identifier-naming)

 private:
  static constexpr unsigned kLastAscii = 0x7F;

#if defined(__SSE2__)
  static constexpr std::size_t kBlock = 16;

  static __m128i block_at(const char* at) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  }
  // A bit for each byte that ends a run: a quote, a backslash, a control character.
  static unsigned ends_in(__m128i block) {
    const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
  }
  std::size_t plain_length() const {
    for (std::size_t length = 0;; length += kBlock) {
      const unsigned ends = ends_in(block_at(source_ + length));
      if (ends != 0) return length + static_cast<std::size_t>(__builtin_ctz(ends));
    }
  }
  void copy_plain() {
    for (;;) {
      const __m128i block = block_at(source_);
      const unsigned ends = ends_in(block);
      if (ends != 0) {
        const auto length = static_cast<std::size_t>(__builtin_ctz(ends));
        std::memmove(target_, source_, length);
        source_ += length;
        target_ += length;
        return;
      }
      // What it writes over was read: the target lies behind.
      _mm_storeu_si128(reinterpret_cast<__m128i*>(target_), block);
      source_ += kBlock;
      target_ += kBlock;
    }
  }
#else
  // RapidJSON's own loop does it.
  std::size_t plain_length() const { return 0; }
  void copy_plain() {}
#endif

  char* begin_;
  char* source_;
  char* target_ = nullptr;
};

}  // namespace connected_registry::json

// It may be copied into registers.
template <>
struct rapidjson::StreamTraits<connected_registry::json::InPlaceStream> {
  enum { copyOptimization = 1 };  // NOLINT(readability-identifier-naming): RapidJSON's name
};
