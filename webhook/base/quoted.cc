#include "base/quoted.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace connected_registry {
namespace {

constexpr char32_t kNone = 0xFFFFFFFF;

struct Range {
  char32_t first;
  char32_t last;
};
// The characters of the Basic Multilingual Plane that Go calls not printable and people paste: controls,
// spaces other than U+0020, marks of direction and of width zero, surrogates, private use.
constexpr std::array kInvisible{Range{0x00, 0x1F},     Range{0x7F, 0xA0},     Range{0xAD, 0xAD},
                                Range{0x1680, 0x1680}, Range{0x180E, 0x180E}, Range{0x2000, 0x200F},
                                Range{0x2028, 0x202F}, Range{0x205F, 0x206F}, Range{0x3000, 0x3000},
                                Range{0xD800, 0xF8FF}, Range{0xFEFF, 0xFEFF}, Range{0xFFF0, 0xFFFB},
                                Range{0xFFFE, 0xFFFF}};

struct Character {
  char32_t code = kNone;
  std::size_t length = 1;
};

// Returns the first character of a text. A byte that begins none is one by itself.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned first = byte(0);
  if (first < 0x80U) return {first, 1};
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || text.size() < length) return {};
  char32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(at) & 0x3FU);
  }
  return {code, length};
}

bool is_visible(char32_t code) {
  return code != kNone && std::none_of(kInvisible.begin(), kInvisible.end(), [&](const Range& range) {
           return code >= range.first && code <= range.last;
         });
}

std::string escaped(std::string_view bytes, char32_t code) {
  constexpr std::string_view kNamed = "\a\b\t\n\v\f\r";
  constexpr std::string_view kNames = "abtnvfr";
  if (const std::size_t at = kNamed.find(bytes); at != std::string_view::npos) return {'\\', kNames[at]};
  const bool single = code < 0x80 || code == kNone;
  const auto value = single ? static_cast<unsigned char>(bytes.front()) : static_cast<unsigned>(code);
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), single ? "\\x%02x" : "\\u%04x", value);
  return text.data();
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view bytes = text.substr(0, character.length);
    text.remove_prefix(character.length);
    if (bytes == "\"" || bytes == "\\") {
      out.append("\\").append(bytes);
    } else if (is_visible(character.code)) {
      out.append(bytes);
    } else {
      out.append(escaped(bytes, character.code));
    }
  }
  return out.append("\"");
}

}  // namespace connected_registry
