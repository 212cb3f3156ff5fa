#include "values/source_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace connected_registry::values {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::uint32_t kBad = 0xFFFFFFFF;

// One character of UTF-8 by RFC 3629: its code point and its length in bytes; kBad where there is none.
struct Character {
  std::uint32_t code = kBad;
  std::size_t length = 1;
};

Character next_character(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint32_t first = byte(0);
  if (first < 0x80U) return {first, 1};
  const std::size_t length = first >= 0xF0U ? 4 : first >= 0xE0U ? 3 : 2;
  if (first < 0xC2U || first > 0xF4U || text.size() < length) return {};
  std::uint32_t code = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return {};
    code = (code << 6U) | (byte(at) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800U && code <= 0xDFFFU;
  if (code < kSmallest[length] || code > 0x10FFFFU || surrogate) return {};
  return {code, length};
}

// What YAML calls printable.
bool is_allowed(std::uint32_t code) {
  if (code < 0x20U) return code == '\t' || code == '\n' || code == '\r';
  if (code < 0xA0U) return code < 0x7FU;
  return code != 0xFEFFU && code != 0xFFFEU && code != 0xFFFFU;
}

// Line ends to helm, but not to most editors and other readers.
bool is_separator(std::uint32_t code) {
  return code == 0x85U || code == 0x2028U || code == 0x2029U;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = next_character(text);
    if (character.code == kBad) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

Problem problem_at(std::string_view text, std::size_t offset, std::string message) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n');
  const std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {static_cast<int>(line) + 1, static_cast<int>(offset - begin) + 1, std::move(message)};
}

namespace {

std::optional<Problem> find_wrong_encoding(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return Problem{1, 1, "it is in UTF-16; save it in UTF-8"};
  }
  return std::nullopt;
}

std::optional<Problem> find_too_large(std::string_view text) {
  if (text.size() <= kMaxBytes) return std::nullopt;
  return Problem{0, 0,
                 "it is larger than " + std::to_string(kMaxBytes >> 20U) + " MiB, and no values file is"};
}

}  // namespace

std::optional<Problem> find_problem(std::string_view text) {
  if (auto problem = find_too_large(text)) return problem;
  return find_bad_character(text);
}

std::optional<Problem> find_problem_of_json(std::string_view text) {
  if (auto problem = find_too_large(text)) return problem;
  if (auto problem = find_wrong_encoding(text)) return problem;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = next_character(text.substr(at));
    if (character.code == kBad) {
      return problem_at(text, at, "a byte here is not UTF-8; save the file in UTF-8");
    }
    if (character.code == 0) return problem_at(text, at, "a NUL is in the text");
    at += character.length;
  }
  return std::nullopt;
}

std::optional<Problem> find_bad_character(std::string_view text) {
  if (auto problem = find_wrong_encoding(text)) return problem;
  for (std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0; at < text.size();) {
    const Character character = next_character(text.substr(at));
    if (character.code == kBad)
      return problem_at(text, at, "a byte here is not UTF-8; save the file in UTF-8");
    if (character.code == 0) return problem_at(text, at, "a NUL is in the text");
    if (character.code == 0xFEFFU)
      return problem_at(text, at, "a byte order mark is in the middle of the text");
    if (is_separator(character.code)) {
      return problem_at(
          text, at, "a line separator of Unicode (U+0085, U+2028 or U+2029) is here; end the line plainly");
    }
    if (!is_allowed(character.code)) return problem_at(text, at, "a control character is in the text");
    at += character.length;
  }
  return std::nullopt;
}

std::string normalized(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r') {
      out.push_back(text[at]);
    } else if (at + 1 == text.size() || text[at + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

std::string_view line_of(std::string_view text, int line) {
  for (int current = 1; current < line; ++current) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

int characters(std::string_view text, std::size_t bytes) {
  const std::string_view part = text.substr(0, bytes);
  return static_cast<int>(std::count_if(part.begin(), part.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  }));
}

}  // namespace connected_registry::values
