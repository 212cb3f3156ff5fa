// The text of a values file before anybody parses it: is it text at all, and where are its lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::values {

// Of one file: more than any values file has, and little enough to be read at once.
inline constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

// What keeps a text from being read, and where: from 1, the column in bytes. The message is lower case, has
// no full stop, and holds nothing of the text.
struct Problem {
  int line = 0;  // 0: the text as a whole
  int column = 0;
  std::string message;
};

bool is_utf8(std::string_view text);

// nullopt where the text is one that helm would start to parse: UTF-8 without control characters, not longer
// than kMaxBytes.
std::optional<Problem> find_problem(std::string_view text);

// Whether more brackets are open at once than any values file has, those in quotes included: yaml-cpp would
// keep a token for each of them before it looks at the depth.
inline constexpr std::size_t kMaxOpenBrackets = 5'000;
bool has_too_many_open_brackets(std::string_view text);

// The place of a byte.
Problem problem_at(std::string_view text, std::size_t offset, std::string message);

// As YAML reads it: without a byte order mark at its begin, and each line ending in \n alone.
std::string normalized(std::string_view text);

// A line by its number from 1, without its end; empty where there is none.
std::string_view line_of(std::string_view text, int line);

// The number of characters (code points) that the first `bytes` bytes hold.
int characters(std::string_view text, std::size_t bytes);

}  // namespace connected_registry::values
