// Functions for ASCII text. They do not depend on the locale.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace connected_registry {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_alphanumeric(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c);
}
constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

// Returns true if the text is not empty and the predicate is true for each character.
template <typename Predicate>
bool all_of(std::string_view text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

// Returns the text in lower case.
std::string lower(std::string_view text);

bool equals_ignoring_case(std::string_view left, std::string_view right);

// Returns the text without white space at its start and end.
std::string_view trim(std::string_view text);

// Returns the parts between the separators, including empty parts: "a,,b" has three parts, "" has one.
std::vector<std::string_view> split(std::string_view text, char separator);

// Returns the parts between runs of white space. No part is empty.
std::vector<std::string_view> split_fields(std::string_view text);

// Returns the parts as one text, with the separator between them.
std::string join(const std::vector<std::string>& parts, std::string_view separator = ", ");

}  // namespace connected_registry
