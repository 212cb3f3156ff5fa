#include "base/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <system_error>

namespace connected_registry {
namespace {

constexpr std::int64_t kMost = std::chrono::seconds(kLongestDuration).count();

// The letter of a unit and its length in seconds.
struct Unit {
  char letter;
  std::int64_t seconds;
};

constexpr std::array<Unit, 3> kGoUnits{{{'s', 1}, {'m', 60}, {'h', 3600}}};

tl::unexpected<Error> malformed() {
  return fail(ErrorCode::kInvalidArgument, "is not a duration");
}

Result<std::chrono::seconds> bounded(std::int64_t sum) {
  if (sum > kMost) {
    return fail(ErrorCode::kInvalidArgument,
                "is longer than " + std::to_string(kLongestDuration.count()) + "h");
  }
  return std::chrono::seconds(sum);
}

// Cuts a number and its unit off the front, and adds them to the sum. Returns the unit; nullptr if there is
// no number with one of these units.
const Unit* cut_term(std::string_view& text, std::span<const Unit> units, std::int64_t& sum) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits == text.size()) return nullptr;
  const auto unit = std::find_if(units.begin(), units.end(),
                                 [letter = text[digits]](const Unit& each) { return each.letter == letter; });
  if (unit == units.end()) return nullptr;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + digits, number);
  // Too large for the type is too long as well; what follows may still be malformed.
  if (read.ec != std::errc()) number = kMost + 1;
  sum = std::min(sum + std::min(number, kMost + 1) * unit->seconds, kMost + 1);
  text.remove_prefix(digits + 1);
  return &*unit;
}

// Cuts numbers off the front, each with a later one of the units.
bool cut_terms_in_order(std::string_view& text, std::span<const Unit> units, std::int64_t& sum) {
  const Unit* last = nullptr;
  while (!text.empty() && text.front() != 'T') {
    const Unit* const unit = cut_term(text, units, sum);
    if (unit == nullptr || (last != nullptr && unit <= last)) return false;
    last = unit;
  }
  return true;
}

// Reads what follows the "P" of a duration of ISO 8601.
Result<std::chrono::seconds> parse_iso(std::string_view text) {
  constexpr std::array<Unit, 1> kWeeks{{{'W', 7 * 86400}}};
  constexpr std::array<Unit, 1> kDays{{{'D', 86400}}};
  constexpr std::array<Unit, 3> kTime{{{'H', 3600}, {'M', 60}, {'S', 1}}};
  std::int64_t sum = 0;
  if (text.ends_with('W')) {
    if (cut_term(text, kWeeks, sum) == nullptr || !text.empty()) return malformed();
    return bounded(sum);
  }
  const bool has_days = !text.empty() && text.front() != 'T';
  if (!cut_terms_in_order(text, kDays, sum) || (!has_days && text.empty())) return malformed();
  if (text.empty()) return bounded(sum);
  text.remove_prefix(1);
  if (text.empty() || !cut_terms_in_order(text, kTime, sum) || !text.empty()) return malformed();
  return bounded(sum);
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.empty()) return malformed();
  std::int64_t sum = 0;
  while (!text.empty()) {
    if (cut_term(text, kGoUnits, sum) == nullptr) return malformed();
  }
  return bounded(sum);
}

Result<std::chrono::seconds> parse_span(std::string_view text) {
  return text.starts_with('P') ? parse_iso(text.substr(1)) : parse_duration(text);
}

}  // namespace connected_registry
