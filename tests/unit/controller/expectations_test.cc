#include "controller/expectations.h"

#include <gtest/gtest.h>

namespace connected_registry::controller {
namespace {

using std::chrono::seconds;
using Seen = Expectations::Seen;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

class RecentWritesTest : public ::testing::Test {
 protected:
  RecentWritesTest() { recent.remember("a", 7, "content", kNow); }
  Expectations recent;
};

TEST_F(RecentWritesTest, count_until_the_watch_brings_something) {
  EXPECT_EQ(recent.look("a", 7, "content", kNow), Seen::kSame);
  EXPECT_EQ(recent.look("a", 7, "other", kNow), Seen::kOther);
  EXPECT_EQ(recent.look("a", 8, "content", kNow), Seen::kNothing);
}

TEST_F(RecentWritesTest, are_those_of_one_subject) {
  EXPECT_EQ(recent.look("b", 7, "content", kNow), Seen::kNothing);
}

TEST_F(RecentWritesTest, do_not_count_for_ever) {
  EXPECT_EQ(recent.look("a", 7, "content", kNow + seconds(9)), Seen::kSame);
  EXPECT_EQ(recent.look("a", 7, "content", kNow + seconds(10)), Seen::kNothing);
}

}  // namespace
}  // namespace connected_registry::controller
