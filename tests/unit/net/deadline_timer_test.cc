#include "net/deadline_timer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <optional>

namespace connected_registry::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kPatience{20};

TEST(DeadlineTimer, runs_an_action_when_it_is_due_and_not_before) {
  DeadlineTimer timer;
  std::promise<steady_clock::time_point> ran;
  const auto due = steady_clock::now() + milliseconds(20);
  const auto deadline = timer.at(due, [&ran] { ran.set_value(steady_clock::now()); });
  auto future = ran.get_future();
  ASSERT_EQ(future.wait_for(kPatience), std::future_status::ready);
  EXPECT_GE(future.get(), due);
}

TEST(DeadlineTimer, a_later_deadline_does_not_hold_up_an_earlier_one) {
  DeadlineTimer timer;
  std::promise<void> ran;
  const auto late = timer.at(steady_clock::now() + hours(1), [] {});
  const auto soon = timer.at(steady_clock::now() + milliseconds(5), [&ran] { ran.set_value(); });
  EXPECT_EQ(ran.get_future().wait_for(kPatience), std::future_status::ready);
}

TEST(DeadlineTimer, an_action_whose_deadline_is_gone_does_not_run) {
  DeadlineTimer timer;
  std::atomic<bool> wrong = false;
  std::promise<void> later;
  const auto when = steady_clock::now() + milliseconds(30);
  std::optional<DeadlineTimer::Deadline> cancelled = timer.at(when, [&wrong] { wrong = true; });
  const auto other = timer.at(when + milliseconds(1), [&later] { later.set_value(); });
  cancelled.reset();
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_FALSE(wrong);
}

TEST(DeadlineTimer, assigning_a_new_deadline_cancels_the_old) {
  DeadlineTimer timer;
  std::atomic<bool> wrong = false;
  std::promise<void> later;
  const auto when = steady_clock::now() + milliseconds(30);
  auto deadline = timer.at(when, [&wrong] { wrong = true; });
  deadline = timer.at(when + milliseconds(1), [&later] { later.set_value(); });
  ASSERT_EQ(later.get_future().wait_for(kPatience), std::future_status::ready);
  EXPECT_FALSE(wrong);
}

TEST(DeadlineTimer, ends_at_once_with_deadlines_gone_and_none_due) {
  DeadlineTimer timer;
  const auto deadline = timer.at(steady_clock::now() + hours(1), [] {});
}

}  // namespace
}  // namespace connected_registry::net
