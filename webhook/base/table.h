// Text tables for a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/timestamp.h"

namespace connected_registry {

// Returns one line per row, with two spaces between columns. The last column is free text and is not padded.
// All rows have as many columns as the first.
std::string to_table(const std::vector<std::vector<std::string>>& rows);

// Returns "12s ago", "5m ago", "3h ago" or "9d ago", in whole units, each up to twice the next larger one;
// "never" without a time.
std::string age(const std::optional<TimePoint>& time, TimePoint now);

}  // namespace connected_registry
