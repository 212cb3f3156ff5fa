// Durations in the text form of the settings, of schedules and of the API server.
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

// Maximum duration: ten years of 365.3 days. A longer duration is certainly a mistake.
inline constexpr std::chrono::hours kLongestDuration{87672};

// Reads a sum of whole numbers, each with the unit s, m or h: "90s", "1h30m". Go's time.ParseDuration accepts
// more; this is the part that Go itself writes for whole seconds. Fractions, signs and shorter units are
// errors. The error's message is the end of a sentence about the text: "is not a duration", "is longer than
// 87672h".
Result<std::chrono::seconds> parse_duration(std::string_view text);

}  // namespace connected_registry
