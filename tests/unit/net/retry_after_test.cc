#include "net/retry_after.h"

#include <gtest/gtest.h>

namespace connected_registry::net {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// RFC 9110's own example date.
const TimePoint kNow = *parse_time("1994-11-06T08:49:37Z");

TEST(RetryAfter, is_a_number_of_seconds) {
  EXPECT_EQ(parse_retry_after("0", kNow), seconds(0));
  EXPECT_EQ(parse_retry_after("120", kNow), seconds(120));
}

TEST(RetryAfter, is_a_date_in_any_of_the_three_forms) {
  for (const char* date :
       {"Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT", "Sun Nov  6 08:50:07 1994"}) {
    EXPECT_EQ(parse_retry_after(date, kNow), seconds(30)) << date;
  }
}

TEST(RetryAfter, of_the_past_is_now) {
  EXPECT_EQ(parse_retry_after("Sun, 06 Nov 1994 08:00:00 GMT", kNow), seconds(0));
}

TEST(RetryAfter, is_bounded_by_a_day) {
  for (const char* value : {"999999999999999999999999", "86401", "Fri, 31 Dec 9999 23:59:59 GMT"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), hours(24)) << value;
  }
}

TEST(RetryAfter, is_nothing_else) {
  for (const char* value : {"", "-1", "1.5", "1 s", "soon", "Sun, 06 Nov 1994 08:50:07",
                            "Sun, 06 Nov 1994 08:50:07 GMT!", "1994-11-06T08:50:07Z"}) {
    EXPECT_EQ(parse_retry_after(value, kNow), std::nullopt) << value;
  }
}

}  // namespace
}  // namespace connected_registry::net
