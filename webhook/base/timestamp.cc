#include "base/timestamp.h"

#include <array>
#include <charconv>
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

// Consumes exactly `count` digits; returns -1 where they are missing.
int consume_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count ||
      text.substr(0, count).find_first_not_of("0123456789") != std::string_view::npos) {
    return -1;
  }
  int value = 0;
  std::from_chars(text.data(), text.data() + count, value);
  text.remove_prefix(count);
  return value;
}

bool consume(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// Consumes the digits after the point as nanoseconds; negative where there are none, or more than nine.
std::chrono::nanoseconds consume_fraction(std::string_view& text) {
  const std::size_t end = text.find_first_not_of("0123456789");
  const std::size_t count = end == std::string_view::npos ? text.size() : end;
  if (count < 1 || count > 9) return std::chrono::nanoseconds(-1);
  std::string digits(text.substr(0, count));
  digits.resize(9, '0');
  text.remove_prefix(count);
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return std::chrono::nanoseconds(value);
}

}  // namespace

TimePoint system_now() {
  return std::chrono::system_clock::now();
}

std::string format_time(TimePoint time) {
  return format_seconds(time) + "Z";
}

std::string format_micro_time(TimePoint time) {
  const auto fraction = std::chrono::duration_cast<std::chrono::microseconds>(
      time - std::chrono::floor<std::chrono::seconds>(time));
  const std::string digits = std::to_string(fraction.count());
  return format_seconds(time) + "." + std::string(6 - digits.size(), '0') + digits + "Z";
}

Result<TimePoint> parse_time(std::string_view text) {
  namespace chrono = std::chrono;
  std::string_view rest = text;
  const int year = consume_digits(rest, 4);
  const bool month_follows = consume(rest, '-');
  const int month = consume_digits(rest, 2);
  const bool day_follows = consume(rest, '-');
  const int day = consume_digits(rest, 2);
  const bool time_follows = consume(rest, 'T');
  const int hour = consume_digits(rest, 2);
  const bool minute_follows = consume(rest, ':');
  const int minute = consume_digits(rest, 2);
  const bool second_follows = consume(rest, ':');
  const int second = consume_digits(rest, 2);
  const chrono::nanoseconds fraction = consume(rest, '.') ? consume_fraction(rest) : chrono::nanoseconds(0);
  const bool well_formed = year >= 0 && month_follows && month > 0 && day_follows && day > 0 &&
                           time_follows && hour >= 0 && hour < 24 && minute_follows && minute >= 0 &&
                           minute < 60 && second_follows && second >= 0 && second < 60 &&
                           fraction.count() >= 0 && rest == "Z";
  if (!well_formed) return not_a_time(text);
  const chrono::year_month_day date(chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return not_a_time(text);
  const chrono::seconds since_epoch = chrono::sys_days(date).time_since_epoch() + chrono::hours(hour) +
                                      chrono::minutes(minute) + chrono::seconds(second);
  // One second short of the ends, so that the fraction fits too.
  if (since_epoch >= chrono::floor<chrono::seconds>(TimePoint::max()).time_since_epoch() ||
      since_epoch <= chrono::ceil<chrono::seconds>(TimePoint::min()).time_since_epoch()) {
    return not_a_time(text);
  }
  return TimePoint(since_epoch + chrono::duration_cast<TimePoint::duration>(fraction));
}

}  // namespace connected_registry
