#include "base/timestamp.h"

#include <gtest/gtest.h>

#include <random>

namespace connected_registry {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TimePoint at(std::int64_t unix_seconds) {
  return TimePoint(seconds(unix_seconds));
}

TEST(Timestamp, formats_as_kubernetes_does) {
  EXPECT_EQ(format_time(at(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_time(at(1769860800)), "2026-01-31T12:00:00Z");
  EXPECT_EQ(format_micro_time(at(1769860800)), "2026-01-31T12:00:00.000000Z");
  EXPECT_EQ(format_micro_time(at(1769860800) + nanoseconds(1'234'999)), "2026-01-31T12:00:00.001234Z");
}

TEST(Timestamp, formats_times_before_1970) {
  EXPECT_EQ(format_time(at(-1) + microseconds(500'000)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_micro_time(at(-1) + microseconds(500'000)), "1969-12-31T23:59:59.500000Z");
}

TEST(Timestamp, parses_both_forms) {
  EXPECT_EQ(parse_time("2026-01-31T12:00:00Z").value(), at(1769860800));
  EXPECT_EQ(parse_time("2026-01-31T12:00:00.25Z").value(), at(1769860800) + microseconds(250'000));
  EXPECT_EQ(parse_time("2026-01-31T12:00:00.000000001Z").value(), at(1769860800) + nanoseconds(1));
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z").value(), at(1709164800));
}

TEST(Timestamp, parses_what_it_formatted) {
  std::mt19937_64 random(3);  // NOLINT(cert-msc32-c,cert-msc51-cpp): a failure must come back
  std::uniform_int_distribution<std::int64_t> micro(-2'000'000'000'000'000, 9'000'000'000'000'000);
  for (int round = 0; round < 2000; ++round) {
    const TimePoint time{microseconds(micro(random))};
    EXPECT_EQ(parse_time(format_micro_time(time)).value(), time);
    EXPECT_EQ(parse_time(format_time(time)).value(), std::chrono::floor<seconds>(time));
  }
}

TEST(Timestamp, refuses_what_is_no_time_in_utc) {
  for (const std::string_view text : {"",
                                      "Z",
                                      "now",
                                      "2026-01-31",
                                      "2026-01-31T12:00:00",
                                      "2026-01-31t12:00:00z",
                                      "2026-01-31 12:00:00Z",
                                      "2026-1-31T12:00:00Z",
                                      " 2026-01-31T12:00:00Z",
                                      "2026-01-31T12:00:00Z ",
                                      "2026-01-31T12:00:00+00:00",
                                      "2026-02-30T12:00:00Z",
                                      "2025-02-29T12:00:00Z",
                                      "2026-13-01T12:00:00Z",
                                      "2026-00-01T12:00:00Z",
                                      "2026-01-00T12:00:00Z",
                                      "2026-01-31T24:00:00Z",
                                      "2026-01-31T12:60:00Z",
                                      "2026-01-31T12:00:60Z",
                                      "2026-01-31T12:00:00.Z",
                                      "2026-01-31T12:00:00.1234567890Z",
                                      "2026-01-31T12:00:00.1x",
                                      "+026-01-31T12:00:00Z",
                                      "2026-01-31T12:00:-1Z"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
  EXPECT_FALSE(parse_time(std::string_view("2026-01-31T12:00:00Z\0", 21)).has_value());
}

TEST(Timestamp, refuses_a_time_that_a_time_point_cannot_hold) {
  EXPECT_FALSE(parse_time("9999-12-31T23:59:59Z").has_value());
  EXPECT_FALSE(parse_time("0001-01-01T00:00:00Z").has_value());
  EXPECT_TRUE(parse_time("2261-12-31T23:59:59.999999999Z").has_value());
  EXPECT_TRUE(parse_time("1678-01-01T00:00:00Z").has_value());
}

}  // namespace
}  // namespace connected_registry
