// The Retry-After header of a response (RFC 9110, section 10.2.3). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/timestamp.h"

namespace connected_registry::net {

// Returns how long to wait, counted from `now`: a number of seconds, or an HTTP-date in any of the three
// forms that a recipient must accept. A date that has passed is 0 s; nothing is longer than a day. Returns
// nullopt where the value is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, TimePoint now);

}  // namespace connected_registry::net
