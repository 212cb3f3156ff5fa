// Numbers of JSON texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace connected_registry::json {

inline constexpr std::size_t kMaxNumberLength = 1024;  // a double has 767 significant digits at most

using Number = std::variant<std::int64_t, std::uint64_t, double>;

// The number that `text` writes by the grammar of RFC 8259: as int64 where it is whole and fits, else as
// uint64 where it is and does, else as the nearest double; nothing where that would be infinite, or where the
// text is longer than kMaxNumberLength.
//
// RapidJSON 1.1.0 has a conversion of its own, which reads behind a table for 0.000…1 with some 340 zeros,
// and takes some numbers of twenty digits for others.
std::optional<Number> read_number(std::string_view text);

}  // namespace connected_registry::json
