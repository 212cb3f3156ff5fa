#include "base/schedule.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace connected_registry {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct Field {
  std::string_view name;
  int lowest;
  int highest;
  const std::string_view* names = nullptr;  // of lowest, lowest + 1, …
  std::size_t name_count = 0;
};
constexpr std::array<Field, 5> kFields{{
    {"minute", 0, 59},
    {"hour", 0, 23},
    {"day", 1, 31},
    {"month", 1, 12, kMonths.data(), kMonths.size()},
    {"weekday", 0, 7, kWeekdays.data(), kWeekdays.size()},  // both 0 and 7 are Sunday
}};

char to_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::optional<int> read_number(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

std::optional<int> read_value(const Field& field, std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), to_upper);
  for (std::size_t index = 0; index < field.name_count; ++index) {
    if (field.names[index] == upper) return field.lowest + static_cast<int>(index);
  }
  const auto number = read_number(text);
  return number && *number >= field.lowest && *number <= field.highest ? number : std::nullopt;
}

// One part of a list: "*", "5", "1-5", each with "/STEP" or without. Adds its values to `target`.
template <std::size_t Size>
bool read_part(const Field& field, std::string_view part, std::bitset<Size>& target) {
  std::optional<int> step = 1;
  const std::size_t slash = part.find('/');
  if (slash != std::string_view::npos) step = read_number(part.substr(slash + 1));
  const std::string_view range = part.substr(0, slash);
  std::optional<int> first = field.lowest;
  std::optional<int> last = field.highest;
  if (range != "*" && range != "?") {
    const std::size_t dash = range.find('-');
    first = read_value(field, range.substr(0, dash));
    if (dash != std::string_view::npos) {
      last = read_value(field, range.substr(dash + 1));
    } else if (slash == std::string_view::npos) {
      last = first;  // "5" is 5 alone, "5/10" is 5, 15, …
    }
  }
  if (!first || !last || !step || *step < 1 || *first > *last) return false;
  for (int value = *first; value <= *last; value += *step) {
    target.set(static_cast<std::size_t>(value) % Size);
  }
  return true;
}

template <std::size_t Size>
Status read_field(const Field& field, std::string_view text, std::bitset<Size>& target) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    if (!read_part(field, text.substr(begin, end - begin), target)) {
      return fail(ErrorCode::kInvalidArgument, std::string(field.name) + " '" + std::string(text) +
                                                   "' is not within " + std::to_string(field.lowest) +
                                                   " to " + std::to_string(field.highest));
    }
    begin = end + 1;
  }
  return {};
}

bool is_any(std::string_view text) {
  return text.starts_with('*') || text.starts_with('?');
}

std::string_view spelled_out(std::string_view name) {
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
  return name;
}

}  // namespace

std::optional<seconds> parse_duration(std::string_view text) {
  constexpr seconds kLongest = hours(24) * 3653;
  seconds sum{0};
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = read_number(text.substr(0, digits));
    if (!number || digits == text.size()) return std::nullopt;
    const char unit = text[digits];
    if (unit != 's' && unit != 'm' && unit != 'h') return std::nullopt;
    sum += unit == 's' ? seconds(*number) : unit == 'm' ? seconds(minutes(*number)) : seconds(hours(*number));
    if (sum > kLongest) return std::nullopt;
    text.remove_prefix(digits + 1);
  }
  return sum;
}

Result<Schedule> Schedule::parse(std::string_view text) {
  constexpr std::string_view kEvery = "@every ";
  Schedule schedule;
  if (text.starts_with(kEvery)) {
    schedule.interval_ = parse_duration(text.substr(kEvery.size()));
    if (schedule.interval_ && *schedule.interval_ >= seconds(1)) return schedule;
    return fail(ErrorCode::kInvalidArgument, "'" + std::string(text) + "' names no interval such as 10m");
  }
  const std::string_view spelled = spelled_out(text);
  std::array<std::string_view, kFields.size()> fields;
  std::size_t begin = 0;
  for (std::string_view& field : fields) {
    const std::size_t end = std::min(spelled.find(' ', begin), spelled.size());
    field = spelled.substr(begin, end - begin);
    begin = std::min(spelled.find_first_not_of(' ', end), spelled.size());
    if (field.empty()) {
      return fail(ErrorCode::kInvalidArgument, "'" + std::string(text) + "' does not have five fields");
    }
  }
  if (begin != spelled.size() || spelled.ends_with(' ')) {
    return fail(ErrorCode::kInvalidArgument, "'" + std::string(text) + "' has more than five fields");
  }
  for (const Status& read :
       {read_field(kFields[0], fields[0], schedule.minutes_),
        read_field(kFields[1], fields[1], schedule.hours_), read_field(kFields[2], fields[2], schedule.days_),
        read_field(kFields[3], fields[3], schedule.months_),
        read_field(kFields[4], fields[4], schedule.weekdays_)}) {
    if (!read) return tl::unexpected(read.error());
  }
  schedule.any_day_ = is_any(fields[2]);
  schedule.any_weekday_ = is_any(fields[4]);
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
  // From one 29 February to the next but one there are at most twelve years (1896 to 1904, and so on).
  constexpr days kHorizon{366 * 12};
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
