// The Retry-After header of a response (RFC 9110, section 10.2.3). Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/timestamp.h"

namespace connected_registry::net {

// Returns the time to wait, counted from `now`. The value is a number of seconds or an HTTP-date in one of
// the three formats that a recipient must accept. The result is 0 s for a date in the past and never more
// than a day. Returns nullopt if the value is neither a number nor a date.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, TimePoint now);

}  // namespace connected_registry::net
