#include "mutate.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace connected_registry::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTokens{
    "\xEF\xBB\xBF"sv,
    "\r"sv,
    "\r\n"sv,
    "\0"sv,
    "\xFF"sv,
    "\xC0\x80"sv,
    "\xED\xA0\x80"sv,
    "“"sv,
    "”"sv,
    "{"sv,
    "}"sv,
    "["sv,
    "]"sv,
    "\""sv,
    "'"sv,
    ","sv,
    ": "sv,
    "- "sv,
    "\n---\n"sv,
    "\n  "sv,
    "\n"sv,
    "\t"sv,
    "#"sv,
    "|\n"sv,
    ">-\n"sv,
    "&a "sv,
    "*a"sv,
    "<<: *a"sv,
    "!!binary "sv,
    "%"sv,
    "\\"sv,
    "\\u0000"sv,
    "\\ud800"sv,
    "null"sv,
    "~"sv,
    "true"sv,
    "\"false\""sv,
    "no"sv,
    "0x10"sv,
    "1e999"sv,
    "-1"sv,
    ".nan"sv,
    "$TLS_CRT"sv,
    "-----BEGIN"sv,
    "="sv,
    ";"sv,
    "99999999999999999999"sv,
};

// Not std::uniform_int_distribution, which differs between standard libraries.
std::size_t below(std::mt19937_64& random, std::size_t end) {
  return end == 0 ? 0 : static_cast<std::size_t>(random() % end);
}

std::string part_of(const std::string& text, std::mt19937_64& random) {
  constexpr std::size_t kMaxLength = 64;
  const std::size_t begin = below(random, text.size());
  return text.substr(begin, 1 + below(random, kMaxLength));
}

void change(std::string& text, const std::vector<std::string>& seeds, std::mt19937_64& random) {
  const std::size_t at = below(random, text.size() + 1);
  const std::size_t length = std::min(text.size() - at, 1 + below(random, 16));
  switch (below(random, 8)) {
    case 0:
      if (at < text.size())
        text[at] = static_cast<char>(static_cast<unsigned char>(text[at]) ^ (1U << below(random, 8)));
      return;
    case 1:
      text.insert(at, 1, static_cast<char>(below(random, 256)));
      return;
    case 2:
      text.erase(at, length);
      return;
    case 3:
      text.insert(at, part_of(text, random));
      return;
    case 4: {
      const std::string moved = text.substr(at, length);
      text.erase(at, length);
      text.insert(below(random, text.size() + 1), moved);
      return;
    }
    case 5:
      text.replace(at, length, part_of(seeds[below(random, seeds.size())], random));
      return;
    case 6:
      text.resize(at);
      return;
    default:
      text.insert(at, kTokens[below(random, kTokens.size())]);
      return;
  }
}

}  // namespace

std::string mutated(const std::vector<std::string>& seeds, std::mt19937_64& random) {
  constexpr std::size_t kMaxChanges = 4;
  std::string text = seeds[below(random, seeds.size())];
  for (std::size_t left = 1 + below(random, kMaxChanges); left > 0; --left) change(text, seeds, random);
  return text;
}

}  // namespace connected_registry::fuzz
