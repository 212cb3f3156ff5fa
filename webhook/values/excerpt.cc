#include "values/excerpt.h"

#include <algorithm>

#include "values/known_keys.h"
#include "values/source_text.h"

namespace connected_registry::values {
namespace {

constexpr std::string_view kHidden = "…";
constexpr std::size_t kLongest = 100;  // bytes of a value that are shown

std::size_t offset(const SourceLocation& at) {
  return static_cast<std::size_t>(std::max(at.column, 1) - 1);
}

// Returns the value as written, with its quotes; "…" where it is not shown, or not a plain value on one line.
std::string written(std::string_view line, const settings::SettingLocation& location, bool shown) {
  const std::string_view rest = line.substr(std::min(offset(location.value), line.size()));
  if (!shown || rest.empty()) return std::string(kHidden);
  const bool quoted = rest.front() == '"' || rest.front() == '\'';
  std::string_view one = rest;
  if (quoted) {
    const std::size_t end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return std::string(kHidden);
    one = rest.substr(0, end + 1);
  } else if (location.text_size > 0) {
    // A block or a text over several lines has no value here.
    constexpr std::string_view kNoPlainText = "|>&*!";
    if (rest.size() < location.text_size || kNoPlainText.find(rest.front()) != std::string_view::npos) {
      return std::string(kHidden);
    }
    one = rest.substr(0, location.text_size);
  } else {
    one = rest.substr(0, rest.find_first_of(" ,}]\t"));
  }
  return one.size() > kLongest ? std::string(kHidden) : std::string(one);
}

}  // namespace

Excerpt excerpt_of(std::string_view text, const settings::SettingLocation& location, bool shown,
                   const SourceLocation& at) {
  const SourceLocation& key = location.key;
  const SourceLocation& value = location.value;
  const std::string_view line = line_of(text, key.line);
  const std::string_view rest = line.substr(std::min(offset(key), line.size()));
  const bool has_value = value.known() && value.line == key.line && value.column > key.column;
  const bool is_entry = value.known() && value.line == key.line && value.column == key.column;
  Excerpt excerpt;
  // A wide character in front must not move what is below it: the indent counts characters.
  const int indent = std::min(characters(line, offset(key)), 8);
  excerpt.text.assign(static_cast<std::size_t>(indent), ' ');
  excerpt.caret = indent + 1;
  if (is_entry) {
    excerpt.text += written(line, location, shown);
    return excerpt;
  }
  // Of a key without a value on its line, only what is before the colon.
  const std::size_t colon = rest.find(':');
  std::string name(rest.substr(0, has_value ? offset(value) - offset(key) : std::min(colon, rest.size())));
  if (shown_name(name.substr(0, name.find(':'))) == kHidden)
    name = std::string(kHidden) + (has_value ? ": " : "");
  excerpt.text += name;
  if (!has_value) {
    excerpt.text += ":";
    if (value.known()) excerpt.text += " " + std::string(kHidden);
    return excerpt;
  }
  if (at.column == value.column) excerpt.caret = indent + characters(name, name.size()) + 1;
  excerpt.text += written(line, location, shown);
  return excerpt;
}

std::string argument_value(std::string_view argument, const settings::SettingLocation& location,
                           std::string_view option) {
  std::string_view rest = argument.substr(std::min(offset(location.value), argument.size()));
  if (option != "--config" && option != "--set-literal") {
    std::size_t end = 0;
    // As in a list, a value ends at a comma or a brace that no backslash precedes.
    while (end < rest.size() && rest[end] != ',' && rest[end] != '}') end += rest[end] == '\\' ? 2U : 1U;
    rest = rest.substr(0, std::min(end, rest.size()));
  }
  return rest.size() > kLongest ? std::string(kHidden) : std::string(rest);
}

namespace {

constexpr std::string_view kStructure = "{}[]:,\"' \t";

// The quote that the text begins with, straight ones not among them; empty where there is none.
std::string_view curly(std::string_view text) {
  for (const std::string_view quote : {"“", "”", "„", "‟", "«", "»", "‘", "’", "‚", "‛"}) {
    if (text.starts_with(quote)) return text.substr(0, quote.size());
  }
  return {};
}

std::size_t word_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && kStructure.find(text[length]) == std::string_view::npos &&
         curly(text.substr(length)).empty()) {
    ++length;
  }
  return length;
}

bool is_variable(std::string_view word) {
  constexpr std::string_view kName = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  constexpr std::size_t kLongestVariable = 40;
  return word.size() > 1 && word.size() <= kLongestVariable && word.front() == '$' &&
         word.find_first_not_of(kName, 1) == std::string_view::npos;
}

}  // namespace

Excerpt masked_json(std::string_view line, int column, const Schema& schema) {
  Excerpt excerpt;
  const auto wanted = static_cast<std::size_t>(std::max(column, 1) - 1);
  bool hidden = false;
  for (std::size_t at = 0; at < line.size() && excerpt.text.size() < 2 * kLongest;) {
    const std::string_view rest = line.substr(at);
    const std::size_t structure =
        kStructure.find(rest.front()) != std::string_view::npos ? 1 : curly(rest).size();
    const std::size_t length = structure != 0 ? structure : word_length(rest);
    if (wanted >= at && wanted < at + length)
      excerpt.caret = characters(excerpt.text, excerpt.text.size()) + 1;
    const std::string_view word = rest.substr(0, length);
    const bool plain =
        structure != 0 || schema.knows(word) || is_variable(word) || word == "true" || word == "false";
    if (plain) {
      excerpt.text.append(word);
    } else if (!hidden) {
      excerpt.text.append(kHidden);
    }
    hidden = !plain;
    at += length;
  }
  if (excerpt.caret == 0) excerpt.caret = characters(excerpt.text, excerpt.text.size()) + 1;
  std::replace(excerpt.text.begin(), excerpt.text.end(), '\t', ' ');
  return excerpt;
}

}  // namespace connected_registry::values
