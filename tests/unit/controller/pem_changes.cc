#include "controller/pem_changes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "x509/material.h"

namespace connected_registry::controller::testing {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1);
    lines.push_back(text.substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

// Returns the blocks of a PEM text, each with the text before it.
std::vector<std::string> blocks_of(const std::string& pem) {
  std::vector<std::string> blocks(1);
  for (const std::string& line : lines_of(pem)) {
    blocks.back() += line;
    if (line.starts_with("-----END")) blocks.emplace_back();
  }
  if (blocks.back().empty()) blocks.pop_back();
  return blocks;
}

void replace_all(std::string& text, const std::string& old, const std::string& fresh) {
  for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += fresh.size())
    text.replace(at, old.size(), fresh);
}

// A change of one part's text.
struct TextChange {
  const char* name;
  std::function<void(std::string& text, Random& random)> apply;
};

void flip_der_bit(std::string& text, Random& random) {
  std::vector<std::string> blocks = blocks_of(text);
  if (blocks.empty() || blocks[0].find("-----BEGIN ") == std::string::npos) return;
  std::string& block = blocks[below(random, blocks.size())];
  const std::size_t begin = block.find("-----BEGIN ");
  if (begin == std::string::npos || block.find("ENCRYPTED") != std::string::npos) return;
  block.erase(0, begin);
  const std::string label = block.substr(11, block.find("-----", 11) - 11);
  const auto decoded =
      base64::decode(block.substr(block.find('\n') + 1, block.find("-----END") - block.find('\n') - 1));
  if (!decoded || decoded->empty()) return;
  std::string der = *decoded;
  char& byte = der[below(random, der.size())];
  byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(random, 8)));
  block = x509::testing::pem_of(label, der);
  text = joined(blocks);
}

void change_lines(std::string& text, Random& random) {
  std::vector<std::string> lines = lines_of(text);
  if (lines.empty()) return;
  const auto at = static_cast<std::ptrdiff_t>(below(random, lines.size()));
  switch (below(random, 5)) {
    case 0:
      lines.erase(lines.begin() + at);
      break;
    case 1:
      lines.insert(lines.begin() + at, lines[below(random, lines.size())]);
      break;
    case 2:
      lines.insert(lines.begin() + at, "\n");
      break;
    case 3:
      lines[static_cast<std::size_t>(at)].insert(0, below(random, 2) == 0 ? " " : "\t");
      break;
    default:
      std::swap(lines[static_cast<std::size_t>(at)], lines[below(random, lines.size())]);
  }
  text = joined(lines);
}

void change_blocks(std::string& text, Random& random) {
  std::vector<std::string> blocks = blocks_of(text);
  if (blocks.empty()) return;
  const auto at = static_cast<std::ptrdiff_t>(below(random, blocks.size()));
  switch (below(random, 3)) {
    case 0:
      blocks.erase(blocks.begin() + at);
      break;
    case 1:
      blocks.push_back(blocks[static_cast<std::size_t>(at)]);
      break;
    default:
      std::swap(blocks.front(), blocks.back());
  }
  text = joined(blocks);
}

void change_label(std::string& text, Random& random) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kLabels{
      {{"CERTIFICATE", "TRUSTED CERTIFICATE"},
       {"CERTIFICATE", "X509 CRL"},
       {"-----BEGIN PRIVATE KEY", "-----BEGIN EC PRIVATE KEY"},
       {" PRIVATE KEY", " EC PRIVATE KEY"},
       {"BEGIN", "begin"},
       {"-----END", "----END"}}};
  const auto& [old, fresh] = kLabels.at(below(random, kLabels.size()));
  replace_all(text, old, fresh);
}

const std::vector<TextChange>& text_changes() {
  static const std::vector<TextChange> kChanges{
      {"a bit of the DER flipped", flip_der_bit},
      {"lines changed", change_lines},
      {"blocks changed", change_blocks},
      {"another label", change_label},
      {"a character replaced",
       [](std::string& text, Random& random) {
         if (!text.empty()) text[below(random, text.size())] = static_cast<char>(below(random, 128));
       }},
      {"a base64 letter replaced",
       [](std::string& text, Random& random) {
         if (!text.empty()) text[below(random, text.size())] = static_cast<char>('a' + below(random, 26));
       }},
      {"cut off", [](std::string& text, Random& random) { text.resize(below(random, text.size() + 1)); }},
      {"without its last line end",
       [](std::string& text, Random&) {
         if (!text.empty()) text.pop_back();
       }},
      {"Windows line ends", [](std::string& text, Random&) { replace_all(text, "\n", "\r\n"); }},
      {"a byte order mark", [](std::string& text, Random&) { text.insert(0, "\xEF\xBB\xBF"); }},
      {"a comment in front", [](std::string& text, Random&) { text.insert(0, "Bag Attributes: a\n"); }},
      {"a comment behind", [](std::string& text, Random&) { text += "subject=CN = server\n"; }},
      {"spaces at the line ends", [](std::string& text, Random&) { replace_all(text, "\n", " \n"); }},
      {"empty", [](std::string& text, Random&) { text.clear(); }},
      {"a blank", [](std::string& text, Random&) { text = " \n"; }},
      {"twice", [](std::string& text, Random&) { text += text; }},
      {"a NUL at its end", [](std::string& text, Random&) { text += '\0'; }},
  };
  return kChanges;
}

}  // namespace

std::size_t below(Random& random, std::size_t bound) {
  return bound == 0 ? 0 : static_cast<std::size_t>(random()) % bound;
}

std::string change_text(std::string& text, Random& random) {
  const TextChange& change = text_changes()[below(random, text_changes().size())];
  change.apply(text, random);
  return change.name;
}

void change_encoding(std::string& text, Random& random) {
  switch (below(random, 5)) {
    case 0:
      text.insert(below(random, text.size() + 1), "\n");
      break;
    case 1:
      if (!text.empty()) text.erase(below(random, text.size()), 1);
      break;
    case 2:
      text += "=";
      break;
    case 3:
      text.insert(below(random, text.size() + 1), "%");
      break;
    default:
      text = "$(cat " + text.substr(0, 4) + ")";
  }
}

}  // namespace connected_registry::controller::testing
