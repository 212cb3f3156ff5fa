// Checks and prepares the text of a values file before it is parsed, and finds its lines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::values {

// Maximum size of a values file. Real values files are smaller, and a text of this size fits into memory.
inline constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

// An error in a text, with its position. Lines and columns count from 1, columns in bytes. The message is
// lower case, has no full stop, and contains no part of the text.
struct Problem {
  int line = 0;  // 0: the error is about the complete text
  int column = 0;
  std::string message;
};

bool is_utf8(std::string_view text);

// Returns an error if the text is longer than kMaxBytes, is not UTF-8, or contains control characters.
// Returns nullopt if the text can be parsed.
std::optional<Problem> find_problem(std::string_view text);

// Does the same for a text of any length.
std::optional<Problem> find_bad_character(std::string_view text);

// Does the same for a text that will be read as JSON: JSON allows all characters that are UTF-8.
std::optional<Problem> find_problem_of_json(std::string_view text);

// Returns a problem at the position of the byte at `offset`.
Problem problem_at(std::string_view text, std::size_t offset, std::string message);

// Returns the text as YAML reads it: without a byte order mark at the beginning, and with \n as the end of
// each line.
std::string normalized(std::string_view text);

// Returns the line with this number, without its line end. Lines count from 1. Returns an empty text if
// there is no such line.
std::string_view line_of(std::string_view text, int line);

// Returns the number of characters (code points) in the first `bytes` bytes.
int characters(std::string_view text, std::size_t bytes);

}  // namespace connected_registry::values
