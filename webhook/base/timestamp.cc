#include "base/timestamp.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace connected_registry {
namespace {

std::string format_seconds(TimePoint time) {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return {text.data(), length};
}

tl::unexpected<Error> not_a_time(std::string_view text) {
  return fail(ErrorCode::kInvalidArgument, "not an RFC 3339 time in UTC: '" + std::string(text) + "'");
}

}  // namespace

TimePoint system_now() { return std::chrono::system_clock::now(); }

std::string format_time(TimePoint time) { return format_seconds(time) + "Z"; }

std::string format_micro_time(TimePoint time) {
  const auto fraction = std::chrono::duration_cast<std::chrono::microseconds>(
      time - std::chrono::floor<std::chrono::seconds>(time));
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), ".%06lldZ", static_cast<long long>(fraction.count()));
  return format_seconds(time) + text.data();
}

Result<TimePoint> parse_time(std::string_view text) {
  std::tm parts{};
  const std::string owned(text);
  const char* rest = strptime(owned.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return not_a_time(text);
  std::chrono::nanoseconds fraction{0};
  if (*rest == '.') {
    long long unit = 100'000'000;
    const char* const first = ++rest;
    for (; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) fraction += std::chrono::nanoseconds((*rest - '0') * unit);
    if (rest == first || rest - first > 9) return not_a_time(text);
  }
  if (*rest != 'Z' || rest[1] != '\0' || owned.size() != text.size()) return not_a_time(text);
  const std::time_t seconds = timegm(&parts);
  return std::chrono::system_clock::from_time_t(seconds) +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(fraction);
}

}  // namespace connected_registry
