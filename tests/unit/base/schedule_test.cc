#include "base/schedule.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry {
namespace {

using std::chrono::seconds;

std::string next(std::string_view schedule, std::string_view after) {
  const auto parsed = Schedule::parse(schedule);
  if (!parsed) return parsed.error().message;
  const auto time = parsed->next(*parse_time(after));
  return time ? format_time(*time) : "never";
}

TEST(Schedule, is_due_at_the_next_matching_minute_and_not_at_the_present_one) {
  EXPECT_EQ(next("*/5 * * * *", "2026-01-31T12:00:00Z"), "2026-01-31T12:05:00Z");
  EXPECT_EQ(next("*/5 * * * *", "2026-01-31T12:04:59Z"), "2026-01-31T12:05:00Z");
  EXPECT_EQ(next("* * * * *", "2026-01-31T23:59:30Z"), "2026-02-01T00:00:00Z");
  EXPECT_EQ(next("0 3 * * *", "2026-01-31T03:00:00Z"), "2026-02-01T03:00:00Z");
  EXPECT_EQ(next("5/20 8-10,22 * * *", "2026-01-31T10:45:00Z"), "2026-01-31T22:05:00Z");
}

TEST(Schedule, knows_months_weekdays_and_leap_years) {
  EXPECT_EQ(next("0 0 1 jan,Mar *", "2026-01-31T12:00:00Z"), "2026-03-01T00:00:00Z");
  EXPECT_EQ(next("30 6 * * MON-FRI", "2026-11-27T06:30:00Z"), "2026-11-30T06:30:00Z");  // from a Friday
  EXPECT_EQ(next("0 0 * * 7", "2026-11-25T00:00:00Z"), "2026-11-29T00:00:00Z");
  EXPECT_EQ(next("0 0 29 2 *", "2026-01-01T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(next("0 0 30 2 *", "2026-01-01T00:00:00Z"), "never");
}

TEST(Schedule, takes_either_of_day_and_weekday_once_both_are_given) {
  EXPECT_EQ(next("0 0 13 * FRI", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * *", "2026-11-25T00:00:00Z"), "2026-12-13T00:00:00Z");
  EXPECT_EQ(next("0 0 */1 * FRI", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
}

TEST(Schedule, takes_names_and_intervals) {
  EXPECT_EQ(next("@hourly", "2026-01-31T12:10:00Z"), "2026-01-31T13:00:00Z");
  EXPECT_EQ(next("@weekly", "2026-11-25T00:00:00Z"), "2026-11-29T00:00:00Z");
  EXPECT_EQ(next("@every 1h30m", "2026-01-31T12:10:05Z"), "2026-01-31T13:40:05Z");
}

TEST(Schedule, says_what_is_wrong) {
  EXPECT_EQ(next("61 * * * *", "2026-01-31T12:00:00Z"), "minute '61' is not within 0 to 59");
  EXPECT_EQ(next("* * 0 * *", "2026-01-31T12:00:00Z"), "day '0' is not within 1 to 31");
  for (const char* text :
       {"", "* * * *", "* * * * * *", "* * * * * ", "@every", "@every 0s", "@every 5", "@never",
        "5-1 * * * *", "*/0 * * * *", "1, * * * *", "* * * FOO *", "-1 * * * *"}) {
    EXPECT_FALSE(Schedule::parse(text)) << text;
  }
}

TEST(Duration, is_whole_numbers_with_units) {
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
  for (const char* text : {"", "5", "m", "5d", "1.5h", "-5m", "5 m", "99999999999h", "9999999h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace connected_registry
