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
