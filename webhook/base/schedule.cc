#include "base/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "base/quoted.h"
#include "base/strings.h"

namespace connected_registry {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct CronField {
  std::string_view name;
  int lowest;
  int highest;                              // that may be written
  int last;                                 // that "*" and an open range end at
  const std::string_view* names = nullptr;  // of lowest, lowest + 1, …
  std::size_t name_count = 0;

  int size() const { return last - lowest + 1; }
};
constexpr std::array<CronField, 5> kFields{{
    {"minute", 0, 59, 59},
    {"hour", 0, 23, 23},
    {"day", 1, 31, 31},
    {"month", 1, 12, 12, kMonths.data(), kMonths.size()},
    {"weekday", 0, 7, 6, kWeekdays.data(), kWeekdays.size()},  // both 0 and 7 are Sunday
}};

std::optional<int> read_number(std::string_view text, int lowest, int highest) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole && number >= lowest && number <= highest ? std::optional(number) : std::nullopt;
}

std::optional<int> read_value(const CronField& field, std::string_view text) {
  for (std::size_t index = 0; index < field.name_count; ++index) {
    if (equals_ignoring_case(field.names[index], text)) return field.lowest + static_cast<int>(index);
  }
  return read_number(text, field.lowest, field.highest);
}

// The values of a field, and whether "*" is among its parts.
template <std::size_t Size>
struct Selected {
  std::bitset<Size>& values;
  bool any = false;
};

// Adds one part of a list: "*", "5", "1-5", each with "/STEP" or without.
template <std::size_t Size>
bool read_part(const CronField& field, std::string_view part, Selected<Size>& target) {
  const std::size_t slash = part.find('/');
  const bool stepped = slash != std::string_view::npos;
  // A longer step than the field has values is a mistake: "*/90" is not every 90 minutes.
  const auto step = stepped ? read_number(part.substr(slash + 1), 1, field.size()) : std::optional(1);
  const std::string_view range = part.substr(0, slash);
  std::optional<int> first = field.lowest;
  std::optional<int> last = field.last;
  if (range == "*" || range == "?") {
    target.any = target.any || step == 1;
  } else {
    const std::size_t dash = range.find('-');
    first = read_value(field, range.substr(0, dash));
    if (dash != std::string_view::npos) {
      last = read_value(field, range.substr(dash + 1));
    } else if (!stepped) {
      last = first;
    } else if (first > last) {
      first = field.lowest;  // "7/2" is "0/2"
    }
  }
  if (!first || !last || !step || *first > *last) return false;
  for (int value = *first; value <= *last; value += *step) {
    target.values.set(static_cast<std::size_t>(value) % Size);
  }
  return true;
}

// Returns whether the field is "*" for what matters to days.
template <std::size_t Size>
Result<bool> read_field(const CronField& field, std::string_view text, std::bitset<Size>& values) {
  Selected<Size> target{values};
  for (const std::string_view part : split(text, ',')) {
    if (read_part(field, part, target)) continue;
    return fail(ErrorCode::kInvalidArgument, std::string(field.name) + " " + quoted(text) +
                                                 " is not a list of values, ranges and steps within " +
                                                 std::to_string(field.lowest) + " to " +
                                                 std::to_string(field.highest));
  }
  return target.any;
}

// Returns the fields that a name stands for; nullopt for a name that is unknown.
std::optional<std::string_view> expand_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kNames{{
      {"@hourly", "0 * * * *"},
      {"@daily", "0 0 * * *"},
      {"@midnight", "0 0 * * *"},
      {"@weekly", "0 0 * * 0"},
      {"@monthly", "0 0 1 * *"},
      {"@yearly", "0 0 1 1 *"},
      {"@annually", "0 0 1 1 *"},
  }};
  for (const auto& [known, fields] : kNames) {
    if (known == name) return fields;
  }
  return std::nullopt;
}

Result<seconds> read_interval(std::string_view text) {
  auto interval = parse_duration(text);
  if (interval && *interval < seconds(1)) {
    return fail(ErrorCode::kInvalidArgument, quoted(text) + " is shorter than 1s");
  }
  if (!interval) interval.error().message.insert(0, quoted(text) + " ");
  return interval;
}

}  // namespace

Result<Schedule> Schedule::parse(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  Schedule schedule;
  if (text.starts_with(kEvery)) {
    const auto interval = read_interval(text.substr(kEvery.size()));
    if (!interval) return tl::unexpected(interval.error());
    schedule.interval_ = *interval;
    return schedule;
  }
  if (text.starts_with('@')) {
    const auto expanded = expand_name(text);
    if (expanded) return parse(*expanded);
    return fail(ErrorCode::kInvalidArgument, "the name is unknown");
  }
  const std::vector<std::string_view> parts = split_fields(text);
  if (parts.size() != kFields.size()) {
    return fail(ErrorCode::kInvalidArgument,
                "it has " + std::to_string(parts.size()) + " fields instead of 5");
  }
  const auto minute = read_field(kFields[0], parts[0], schedule.minutes_);
  const auto hour = read_field(kFields[1], parts[1], schedule.hours_);
  const auto day = read_field(kFields[2], parts[2], schedule.days_);
  const auto month = read_field(kFields[3], parts[3], schedule.months_);
  const auto weekday = read_field(kFields[4], parts[4], schedule.weekdays_);
  for (const auto* const read : {&minute, &hour, &day, &month, &weekday}) {
    if (!*read) return tl::unexpected(read->error());
  }
  schedule.any_day_ = *day;
  schedule.any_weekday_ = *weekday;
  return schedule;
}

bool Schedule::matches_day(std::chrono::sys_days day) const {
  const std::chrono::year_month_day date(day);
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const bool right_day = days_.test(static_cast<unsigned>(date.day()));
  const bool right_weekday = weekdays_.test(std::chrono::weekday(day).c_encoding());
  return any_day_ || any_weekday_ ? right_day && right_weekday : right_day || right_weekday;
}

std::optional<TimePoint> Schedule::next(TimePoint after) const {
  if (interval_) return after + *interval_;
  // From one 29 February to the next there are at most eight years (2096 to 2104), and no other day that
  // exists is rarer.
  constexpr days kHorizon{366 * 9};
  const auto start = std::chrono::floor<minutes>(after) + minutes(1);
  const auto first_day = std::chrono::floor<days>(start);
  for (auto day = first_day; day <= first_day + kHorizon; day += days(1)) {
    if (!matches_day(day)) continue;
    for (std::size_t hour = 0; hour < hours_.size(); ++hour) {
      if (!hours_.test(hour)) continue;
      for (std::size_t minute = 0; minute < minutes_.size(); ++minute) {
        const auto time = day + hours(hour) + minutes(minute);
        if (minutes_.test(minute) && time >= start) return TimePoint(time);
      }
    }
  }
  return std::nullopt;
}

}  // namespace connected_registry
