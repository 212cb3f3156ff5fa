// Tables for people who look at a terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/timestamp.h"

namespace connected_registry {

// A line a row, columns aligned by two spaces; the last column is free text and is not padded. All rows are
// as long as the first.
std::string to_table(const std::vector<std::vector<std::string>>& rows);

// "12s ago", "5m ago", "3h ago", "9d ago": in whole units, each up to twice the next one; "never" without a
// time.
std::string age(const std::optional<TimePoint>& time, TimePoint now);

}  // namespace connected_registry
