#include "base/stop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace connected_registry {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(Stop, a_wait_that_is_not_stopped_may_go_on) {
  const std::stop_source source;
  EXPECT_TRUE(wait_for(source.get_token(), milliseconds(1)));
}

TEST(Stop, a_stop_ends_a_wait_at_once) {
  std::stop_source source;
  std::jthread stopper([&source] { source.request_stop(); });
  EXPECT_FALSE(wait_for(source.get_token(), hours(1)));
}

TEST(Stop, a_stop_that_came_before_ends_a_wait_at_once) {
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(wait_for(source.get_token(), hours(1)));
}

TEST(Stop, a_signal_becomes_a_stop) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const SignalStop stop;
    const std::stop_token token = stop.token();
    ASSERT_FALSE(token.stop_requested());
    ASSERT_EQ(::kill(::getpid(), signal), 0);
    EXPECT_FALSE(wait_for(token, hours(1)));
  }
}

}  // namespace
}  // namespace connected_registry
