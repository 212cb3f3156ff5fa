#include "base/duration.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

namespace connected_registry {
namespace {

std::optional<std::int64_t> unit_seconds(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  constexpr std::int64_t kMost = std::chrono::seconds(kLongestDuration).count();
  const Error malformed{ErrorCode::kInvalidArgument, "is not a duration"};
  if (text.empty()) return tl::unexpected(malformed);
  std::int64_t sum = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits == text.size()) return tl::unexpected(malformed);
    const auto unit = unit_seconds(text[digits]);
    if (!unit) return tl::unexpected(malformed);
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + digits, number);
    // Too large for the type is too long as well; what follows may still be malformed.
    if (read.ec != std::errc()) number = kMost + 1;
    sum = std::min(sum + std::min(number, kMost + 1) * *unit, kMost + 1);
    text.remove_prefix(digits + 1);
  }
  if (sum > kMost) {
    return fail(ErrorCode::kInvalidArgument,
                "is longer than " + std::to_string(kLongestDuration.count()) + "h");
  }
  return std::chrono::seconds(sum);
}

}  // namespace connected_registry
