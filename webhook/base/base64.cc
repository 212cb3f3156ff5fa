#include "base/base64.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <tmmintrin.h>
#endif

namespace connected_registry::base64 {
namespace {

using Pair = std::array<char, 2>;

// The two characters of each twelve bits.
constexpr std::array<Pair, 4096> make_pairs() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<Pair, 4096> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = {kAlphabet[i / 64], kAlphabet[i % 64]};
  return out;
}
constexpr std::array<Pair, 4096> kPairs = make_pairs();

#if defined(__x86_64__)
// Twelve bytes at a time, on processors that shuffle bytes (SSSE3: all but the oldest), as long as there are
// sixteen to read. Returns how many were encoded. After W. Muła and D. Lemire, "Faster Base64 Encoding and
// Decoding using AVX2 Instructions" (2018).
[[gnu::target("ssse3")]] std::size_t encode_blocks(std::string_view bytes, char*& target) {
  constexpr std::size_t kRead = 16;
  constexpr std::size_t kUsed = 12;
  // Of each three bytes b0 b1 b2: b1 b0 b2 b1, two words that hold two groups of six bits each.
  const __m128i order = _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  // What to add to a value for its character, by the class of the value: a-z, then 52 to 61 for the digits,
  // 62, 63, and A-Z.
  const __m128i offsets =
      _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                    '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
  constexpr int kLastLower = 51;
  constexpr int kFirstLower = 26;
  constexpr int kUpperClass = 13;
  std::size_t at = 0;
  for (; at + kRead <= bytes.size(); at += kUsed) {
    const auto* const source = reinterpret_cast<const __m128i*>(bytes.data() + at);
    const __m128i words = _mm_shuffle_epi8(_mm_loadu_si128(source), order);
    // A multiplication shifts each word by an amount of its own: the first and third group down, the others
    // up.
    const __m128i down =
        _mm_mulhi_epu16(_mm_and_si128(words, _mm_set1_epi32(0x0FC0FC00)), _mm_set1_epi32(0x04000040));
    const __m128i up =
        _mm_mullo_epi16(_mm_and_si128(words, _mm_set1_epi32(0x003F03F0)), _mm_set1_epi32(0x01000010));
    const __m128i values = _mm_or_si128(down, up);
    const __m128i is_upper = _mm_cmpgt_epi8(_mm_set1_epi8(kFirstLower), values);
    const __m128i classes = _mm_or_si128(_mm_subs_epu8(values, _mm_set1_epi8(kLastLower)),
                                         _mm_and_si128(is_upper, _mm_set1_epi8(kUpperClass)));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(target),
                     _mm_add_epi8(_mm_shuffle_epi8(offsets, classes), values));
    target += kRead;
  }
  return at;
}
#endif

bool is_space(char character) {
  return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool is_alphabet(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '+' || character == '/';
}

// The eight bytes there as a number, the first one highest.
std::uint64_t big_endian(const char* bytes) {
  std::uint64_t out = 0;
  std::memcpy(&out, bytes, sizeof(out));
  return std::endian::native == std::endian::little ? __builtin_bswap64(out) : out;
}

}  // namespace

std::string encode(std::string_view bytes) {
  std::string out(encoded_size(bytes.size()), '\0');
  encode(bytes, out.data());
  return out;
}

// Admission spent a tenth of its time in OpenSSL's. What is left of blocks, and all of it on other
// processors: twelve bits at a time, and six bytes where there are eight to read.
void encode(std::string_view bytes, char* target) {
  constexpr std::size_t kGroup = 3;
  constexpr unsigned kTwelveBits = 0xFFF;
  const auto put = [&target](std::uint64_t bits) {
    std::memcpy(target, kPairs[bits & kTwelveBits].data(), sizeof(Pair));
    target += sizeof(Pair);
  };
  std::size_t at = 0;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("ssse3") != 0) at = encode_blocks(bytes, target);
#endif
  for (; at + sizeof(std::uint64_t) <= bytes.size(); at += 2 * kGroup) {
    const std::uint64_t eight = big_endian(bytes.data() + at);
    put(eight >> 52U);
    put(eight >> 40U);
    put(eight >> 28U);
    put(eight >> 16U);
  }
  const auto byte = [bytes](std::size_t i) {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
  };
  for (; at < bytes.size(); at += kGroup) {
    const unsigned group = byte(at) << 16U | byte(at + 1) << 8U | byte(at + 2);
    put(group >> 12U);
    put(group);
  }
  const std::size_t missing = at - bytes.size();
  std::fill(target - missing, target, '=');
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
