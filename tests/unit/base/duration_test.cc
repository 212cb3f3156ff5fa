#include "base/duration.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry {
namespace {

using std::chrono::seconds;

std::string problem(std::string_view text) {
  const auto duration = parse_duration(text);
  return duration ? std::string() : duration.error().message;
}

TEST(Duration, is_whole_numbers_with_units) {
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("30m1h"), seconds(5400));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
  EXPECT_EQ(parse_duration("00000000000000000000000000005s"), seconds(5));
  for (const char* text :
       {"", "5", "m", "5d", "1.5h", "-5m", "+5m", "5 m", " 5m", "5m ", "5ms", "99999999999999999999x"}) {
    EXPECT_EQ(problem(text), "is not a duration") << text;
  }
}

TEST(Span, is_a_duration_or_one_of_iso_8601) {
  EXPECT_EQ(parse_span("1h30m"), seconds(5400));
  EXPECT_EQ(parse_span("PT4H"), seconds(4 * 3600));
  EXPECT_EQ(parse_span("PT1H30M"), seconds(5400));
  EXPECT_EQ(parse_span("PT90M5S"), seconds(5405));
  EXPECT_EQ(parse_span("P7D"), seconds(7 * 86400));
  EXPECT_EQ(parse_span("P1DT12H"), seconds(36 * 3600));
  EXPECT_EQ(parse_span("P2W"), seconds(14 * 86400));
  EXPECT_EQ(parse_span("PT0S"), seconds(0));
  EXPECT_EQ(parse_span("P3653D"), seconds(kLongestDuration));
  for (const char* text :
       {"P",      "PT",    "P1",     "P1DT",  "P1M",     "P1Y",  "PT1D",   "P1H",   "PT1M1H",
        "PT1H1H", "P1D1W", "P1WT1H", "P1W1D", "pt4h",    "PT4h", "PT1.5H", "PT-1H", "P-1D",
        "+PT1H",  "PT1H ", " PT1H",  "PTT1H", "PT1HT1M", "4H",   "1hPT1H", "P1D2D"}) {
    const auto span = parse_span(text);
    EXPECT_EQ(span ? "" : span.error().message, "is not a duration") << text;
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  for (const char* text : {"P3654D", "P3653DT1S", "P522W", "PT99999999999999999999H"}) {
    const auto span = parse_span(text);
    EXPECT_EQ(span ? "" : span.error().message, "is longer than 87672h") << text;
  }
}

TEST(Duration, ends_at_ten_years_however_it_is_written) {
  for (const char* text : {"17520h", "87672h", "87671h60m", "315619200s"})
    EXPECT_EQ(problem(text), "") << text;
  for (const char* text : {"87673h", "87672h1s", "315619201s", "99999999999h", "99999999999999999999h",
                           "18446744073709551616s", "315619200s315619200s"}) {
    EXPECT_EQ(problem(text), "is longer than 87672h") << text;
  }
}

}  // namespace
}  // namespace connected_registry
