// Numbers in JSON text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace connected_registry::json {

inline constexpr std::size_t kMaxNumberLength = 1024;  // a double has 767 significant digits at most

using Number = std::variant<std::int64_t, std::uint64_t, double>;

// Returns the value of a number that follows the grammar of RFC 8259: a whole number as int64, else as
// uint64, if it fits, and any other as the nearest double. Returns nullopt where that would be infinite, or
// where the text is longer than kMaxNumberLength.
//
// It replaces the conversion of RapidJSON 1.1.0, which reads behind a table for 0.000…1 with some 340 zeros
// and changes some numbers of twenty digits.
std::optional<Number> read_number(std::string_view text);

}  // namespace connected_registry::json
