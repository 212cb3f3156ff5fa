#include "controller/expectations.h"

#include <gtest/gtest.h>

namespace connected_registry::controller {
namespace {

using std::chrono::seconds;
using Pending = Expectations::Pending;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");

class ExpectationsTest : public ::testing::Test {
 protected:
  ExpectationsTest() { expectations.expect("a", 7, "content", kNow); }
  Expectations expectations;
};

TEST_F(ExpectationsTest, count_until_the_watch_brings_something) {
  EXPECT_EQ(expectations.pending("a", 7, "content", kNow), Pending::kSame);
  EXPECT_EQ(expectations.pending("a", 7, "other", kNow), Pending::kOther);
  EXPECT_EQ(expectations.pending("a", 8, "content", kNow), Pending::kNone);
}

TEST_F(ExpectationsTest, are_those_of_one_subject) {
  EXPECT_EQ(expectations.pending("b", 7, "content", kNow), Pending::kNone);
}

TEST_F(ExpectationsTest, do_not_count_for_ever) {
  EXPECT_EQ(expectations.pending("a", 7, "content", kNow + seconds(9)), Pending::kSame);
  EXPECT_EQ(expectations.pending("a", 7, "content", kNow + seconds(10)), Pending::kNone);
}

}  // namespace
}  // namespace connected_registry::controller
