// Durations, as settings, schedules and the API server write them.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// Ten years of 365.3 days. A duration is longer than that by mistake only.
inline constexpr std::chrono::hours kLongestDuration{87672};

// Reads whole numbers, each with s, m or h behind it, and adds them up: "90s", "1h30m". This is the part of
// Go's time.ParseDuration that prints of whole seconds use; fractions, signs and shorter units are refused.
// The error is the end of a sentence about the text: "is not a duration", "is longer than 87672h".
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace connected_registry
