#include "base/stop_event.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

namespace connected_registry {
namespace {

bool is_readable(const StopEvent& event, int timeout) {
  pollfd descriptor{.fd = event.get(), .events = POLLIN, .revents = 0};
  return ::poll(&descriptor, 1, timeout) == 1;
}

TEST(StopEvent, becomes_readable_at_the_stop) {
  std::stop_source stop;
  const StopEvent event(stop.get_token());
  EXPECT_FALSE(is_readable(event, 0));
  const std::jthread stopper([&stop] { stop.request_stop(); });
  EXPECT_TRUE(is_readable(event, 20'000));
}

TEST(StopEvent, is_readable_at_once_where_the_stop_was_before) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(is_readable(StopEvent(stop.get_token()), 0));
}

}  // namespace
}  // namespace connected_registry
