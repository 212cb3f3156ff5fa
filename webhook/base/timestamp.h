// Points in time as Kubernetes writes them (RFC 3339, UTC). Code that needs the time takes it as a Clock.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry {

using TimePoint = std::chrono::system_clock::time_point;
using Clock = std::function<TimePoint()>;

// The machine's clock.
TimePoint system_now();

// "2026-01-31T12:00:00Z", as metav1.Time.
std::string format_time(TimePoint time);

// "2026-01-31T12:00:00.000000Z", as metav1.MicroTime (a Lease's times).
std::string format_micro_time(TimePoint time);

// Reads both forms (fraction of 1 to 9 digits, zone Z only: what the API server writes). A time that a
// TimePoint cannot hold (from the year 2262) is an error.
Result<TimePoint> parse_time(std::string_view text);

}  // namespace connected_registry
