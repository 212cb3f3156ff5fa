// Numbers in JSON text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace connected_registry::json {

inline constexpr std::size_t kMaxNumberLength = 1024;  // a double has at most 767 significant digits

using Number = std::variant<std::int64_t, std::uint64_t, double>;

// Returns the value of a number that follows the grammar of RFC 8259. A whole number becomes an int64 if it
// fits, otherwise a uint64 if it fits. Any other number becomes the nearest double. Returns nullopt if the
// double would be infinite, or if the text is longer than kMaxNumberLength.
//
// This function replaces the conversion of RapidJSON 1.1.0. That conversion reads beyond the end of a table
// for 0.000…1 with about 340 zeros, and it changes some numbers of twenty digits.
std::optional<Number> read_number(std::string_view text);

}  // namespace connected_registry::json
