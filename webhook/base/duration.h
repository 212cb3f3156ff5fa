// Durations in the text form of the settings, of schedules and of the API server.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// Maximum duration: 3,653 days, which are ten years with three leap days. A longer duration is certainly a
// mistake.
inline constexpr std::chrono::hours kLongestDuration{87672};

// Reads a sum of whole numbers, each with the unit s, m or h: "90s", "1h30m". Go's time.ParseDuration accepts
// more texts. This function accepts every text that Go's Duration.String() writes for a number of whole
// seconds from zero to kLongestDuration. Fractions, signs and shorter units are errors. The error's message
// is the end of a sentence about the text: "is not a duration", "is longer than 87672h".
Result<std::chrono::seconds> parse_duration(std::string_view text);

// Reads what parse_duration() reads, and durations of ISO 8601 in whole weeks, days, hours, minutes and
// seconds: "PT4H", "P7D", "P1DT12H". Months and years are errors, because their lengths differ.
Result<std::chrono::seconds> parse_span(std::string_view text);

}  // namespace connected_registry
