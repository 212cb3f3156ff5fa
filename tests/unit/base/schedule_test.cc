#include "base/schedule.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry {
namespace {

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

TEST(Schedule, finds_a_leap_day_across_a_century_without_one) {
  EXPECT_EQ(next("0 0 29 2 *", "2097-01-01T00:00:00Z"), "2104-02-29T00:00:00Z");
}

TEST(Schedule, takes_either_of_day_and_weekday_once_both_are_restricted) {
  EXPECT_EQ(next("0 0 13 * FRI", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * *", "2026-11-25T00:00:00Z"), "2026-12-13T00:00:00Z");
  EXPECT_EQ(next("0 0 */1 * FRI", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 */2 * FRI", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 */2 * MON", "2026-11-25T00:00:00Z"), "2026-11-27T00:00:00Z");
  EXPECT_EQ(next("0 0 13 * FRI,*", "2026-11-25T00:00:00Z"), "2026-12-13T00:00:00Z");
}

TEST(Schedule, ends_open_ranges_of_weekdays_on_saturday) {
  // 2026-11-28 is a Saturday.
  EXPECT_EQ(next("0 0 * * 1/2", "2026-11-28T00:00:00Z"), "2026-11-30T00:00:00Z");
  EXPECT_EQ(next("0 0 * * MON/3", "2026-11-28T00:00:00Z"), "2026-11-30T00:00:00Z");
  EXPECT_EQ(next("0 0 * * 7/3", "2026-11-27T00:00:00Z"), "2026-11-28T00:00:00Z");
  EXPECT_EQ(next("0 0 * * 6-7", "2026-11-28T00:00:00Z"), "2026-11-29T00:00:00Z");
}

TEST(Schedule, takes_names_and_intervals) {
  EXPECT_EQ(next("@hourly", "2026-01-31T12:10:00Z"), "2026-01-31T13:00:00Z");
  EXPECT_EQ(next("@weekly", "2026-11-25T00:00:00Z"), "2026-11-29T00:00:00Z");
  EXPECT_EQ(next("@every 1h30m", "2026-01-31T12:10:05Z"), "2026-01-31T13:40:05Z");
}

TEST(Schedule, takes_white_space_between_and_around_fields) {
  EXPECT_EQ(next(" 0\t3  * * *\n", "2026-01-31T12:10:00Z"), "2026-02-01T03:00:00Z");
  for (const char* text : {" @daily", "@daily ", "@every  5m", "@every\t5m", "@every 5m "}) {
    EXPECT_FALSE(Schedule::parse(text)) << text;
  }
}

TEST(Schedule, says_what_is_wrong) {
  const auto problem = [](std::string_view text) { return next(text, "2026-01-31T12:00:00Z"); };
  EXPECT_EQ(problem("61 * * * *"), "minute \"61\" is not a list of values, ranges and steps within 0 to 59");
  EXPECT_EQ(problem("* * 0 * *"), "day \"0\" is not a list of values, ranges and steps within 1 to 31");
  EXPECT_EQ(problem("* * * *"), "it has 4 fields instead of 5");
  EXPECT_EQ(problem("@every 5"), "\"5\" is not a duration");
  EXPECT_EQ(problem("@every 0s"), "\"0s\" is shorter than 1s");
  EXPECT_EQ(problem("@every 99999999999h"), "\"99999999999h\" is longer than 87672h");
  EXPECT_EQ(problem("@Daily"), "the name is unknown");
  for (const char* text :
       {"", "* * * * * *", "@every", "@never", "5-1 * * * *", "*/0 * * * *", "1, * * * *", "* * * FOO *",
        "-1 * * * *", "+1 * * * *", "* * * * 8", "* * * * 7-1", "*-5 * * * *", "1/2/3 * * * *"}) {
    EXPECT_FALSE(Schedule::parse(text)) << text;
  }
}

TEST(Schedule, bounds_a_step_by_the_number_of_the_fields_values) {
  for (const char* text : {"*/60 * * * *", "0 */24 * * *", "0 0 */31 * *", "0 0 1 */12 *", "0 0 * * */7"}) {
    EXPECT_TRUE(Schedule::parse(text)) << text;
  }
  for (const char* text : {"*/61 * * * *", "0 */25 * * *", "0 0 */32 * *", "0 0 1 */13 *", "0 0 * * */8",
                           "5/2147483647 * * * *", "5/99999999999 * * * *"}) {
    EXPECT_FALSE(Schedule::parse(text)) << text;
  }
}

}  // namespace
}  // namespace connected_registry
