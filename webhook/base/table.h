// Text for terminals: tables and ages.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/timestamp.h"

namespace connected_registry {

// Returns one line per row, with two spaces between columns. The last column is free text and is not padded.
// All rows must have as many columns as the first row.
std::string to_table(const std::vector<std::vector<std::string>>& rows);

// Returns the time's age in whole units: "12s ago" (up to 119 seconds), "5m ago" (up to 119 minutes), "3h
// ago" (up to 47 hours) or "9d ago". Returns "never" if there is no time.
std::string age(const std::optional<TimePoint>& time, TimePoint now);

}  // namespace connected_registry
