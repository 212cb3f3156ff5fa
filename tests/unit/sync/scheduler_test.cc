#include "sync/scheduler.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::sync {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TimePoint at(std::string_view text) {
  return *parse_time(text);
}

std::string due(std::string_view schedule, std::optional<seconds> window, const History& history,
                std::string_view now) {
  const auto found = next_run(*Schedule::parse(schedule), window, history, at(now));
  return found ? format_time(found->time) + (found->retry ? " again" : "") : "never";
}

TEST(Scheduler, runs_at_once_when_nothing_has_run_or_something_changed) {
  EXPECT_EQ(due("0 3 * * *", {}, {}, "2026-01-31T12:00:00Z"), "2026-01-31T12:00:00Z");
  const History changed{.last_start = at("2026-01-31T11:59:00Z"), .changed = true};
  EXPECT_EQ(due("0 3 * * *", {}, changed, "2026-01-31T12:00:00Z"), "2026-01-31T12:00:00Z");
}

TEST(Scheduler, follows_the_schedule_and_makes_up_for_what_was_missed) {
  const History history{.last_start = at("2026-01-31T03:00:01Z")};
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-01-31T12:00:00Z"), "2026-02-01T03:00:00Z");
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-02-03T12:00:00Z"), "2026-02-03T12:00:00Z");
}

TEST(Scheduler, starts_late_only_within_the_window) {
  const History history{.last_start = at("2026-01-31T03:00:01Z")};
  EXPECT_EQ(due("0 3 * * *", hours(2), history, "2026-02-03T04:59:00Z"), "2026-02-03T04:59:00Z");
  EXPECT_EQ(due("0 3 * * *", hours(2), history, "2026-02-03T05:00:00Z"), "2026-02-04T03:00:00Z");
}

TEST(Scheduler, tries_again_ever_more_slowly) {
  History history{
      .last_start = at("2026-01-31T03:00:00Z"), .last_end = at("2026-01-31T03:00:05Z"), .failures = 1};
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-01-31T03:00:06Z"), "2026-01-31T03:00:15Z again");
  history.failures = 3;
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-01-31T03:00:06Z"), "2026-01-31T03:00:45Z again");
  history.failures = 100;
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-01-31T03:00:06Z"), "2026-01-31T03:05:05Z again");
  EXPECT_EQ(due("*/2 * * * *", {}, history, "2026-01-31T03:00:06Z"), "2026-01-31T03:02:00Z");
}

TEST(Scheduler, tries_again_at_once_when_the_parent_is_back_but_never_after_the_window) {
  History history{.last_start = at("2026-01-31T03:00:00Z"),
                  .last_end = at("2026-01-31T04:00:00Z"),
                  .failures = 9,
                  .parent_is_back = true};
  EXPECT_EQ(due("0 3 * * *", {}, history, "2026-01-31T04:00:01Z"), "2026-01-31T04:00:01Z again");
  EXPECT_EQ(due("0 3 * * *", hours(1), history, "2026-01-31T04:00:01Z"), "2026-02-01T03:00:00Z");
}

TEST(Scheduler, never_runs_by_a_schedule_that_is_never_due) {
  EXPECT_EQ(due("0 0 30 2 *", {}, {.last_start = at("2026-01-31T03:00:00Z")}, "2026-01-31T04:00:00Z"),
            "never");
}

}  // namespace
}  // namespace connected_registry::sync
