#include "net/retry_after.h"

#include <algorithm>
#include <ctime>
#include <string>

namespace connected_registry::net {
namespace {

using std::chrono::seconds;

constexpr seconds kLongest = std::chrono::hours(24);

std::optional<seconds> parse_seconds(std::string_view value) {
  seconds total{0};
  for (const char digit : value) {
    if (digit < '0' || digit > '9') return std::nullopt;
    total = std::min(total * 10 + seconds(digit - '0'), kLongest);
  }
  return total;
}

// RFC 9110, section 5.6.7: IMF-fixdate, and the obsolete forms of RFC 850 and of C's asctime().
std::optional<std::time_t> parse_http_date(const std::string& value) {
  for (const char* format :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"}) {
    std::tm fields{};
    const char* const end = ::strptime(value.c_str(), format, &fields);
    if (end != nullptr && *end == '\0') return ::timegm(&fields);
  }
  return std::nullopt;
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view value, TimePoint now) {
  if (value.empty()) return std::nullopt;
  if (const auto delay = parse_seconds(value)) return delay;
  const auto date = parse_http_date(std::string(value));
  if (!date) return std::nullopt;
  // In seconds: a TimePoint cannot hold the year 9999.
  const seconds left(*date - std::chrono::system_clock::to_time_t(now));
  return std::clamp(left, seconds(0), kLongest);
}

}  // namespace connected_registry::net
