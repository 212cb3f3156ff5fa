#include "controller/resync_interval.h"

#include <gtest/gtest.h>

namespace connected_registry::controller {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(Pace, is_steady_when_all_is_complete) {
  EXPECT_EQ(next_resync(true, minutes(5)), seconds(15));
}

TEST(Pace, is_quick_at_first_and_slows_down) {
  EXPECT_EQ(next_resync(false, seconds(0)), seconds(1));
  EXPECT_EQ(next_resync(false, seconds(10)), seconds(1));
  EXPECT_EQ(next_resync(false, seconds(30)), seconds(3));
  EXPECT_EQ(next_resync(false, minutes(60)), seconds(15));
}

}  // namespace
}  // namespace connected_registry::controller
