// Points in time in Kubernetes' form (RFC 3339, UTC). Code that needs the current time takes a Clock.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

using TimePoint = std::chrono::system_clock::time_point;
using Clock = std::function<TimePoint()>;

// Returns the machine's time.
TimePoint system_now();

// Returns "2026-01-31T12:00:00Z", the form of metav1.Time.
std::string format_time(TimePoint time);

// Returns "2026-01-31T12:00:00.000000Z", the form of metav1.MicroTime (in Leases).
std::string format_micro_time(TimePoint time);

// Reads both forms, with a fraction of 1 to 9 digits and the zone Z only, as the API server writes them. A
// time that a TimePoint cannot hold (from the year 2262 on) is an error.
Result<TimePoint> parse_time(std::string_view text);

}  // namespace connected_registry
