// Points in time in Kubernetes' format (RFC 3339, UTC). Code that needs the current time takes a Clock.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

using TimePoint = std::chrono::system_clock::time_point;
using Clock = std::function<TimePoint()>;

// Returns the current time of this machine.
TimePoint system_now();

// Returns "2026-01-31T12:00:00Z", the format of metav1.Time.
std::string format_time(TimePoint time);

// Returns "2026-01-31T12:00:00.000000Z", the format of metav1.MicroTime, which Leases use.
std::string format_micro_time(TimePoint time);

// Reads both formats as the API server writes them. A fraction may have 1 to 9 digits; the zone must be Z. A
// time from the year 2262 on is an error, because a TimePoint cannot represent it.
Result<TimePoint> parse_time(std::string_view text);

}  // namespace connected_registry
