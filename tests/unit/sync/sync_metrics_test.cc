#include "sync/sync_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/timestamp.h"

namespace connected_registry::sync {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SyncMetrics, have_a_line_a_repository_and_none_for_what_never_succeeded) {
  contract::SyncReport report;
  const TimePoint noon = parse_time("2026-01-31T12:00:00Z").value();
  report.repositories = {
      {.repository = "team/app", .reason = "UNAUTHORIZED", .last_run = noon, .last_success = noon},
      {.repository = "hello:1", .last_run = noon, .last_success = noon},
      {.repository = "new"},
  };
  metrics::Registry registry;
  set_metrics(report, registry);
  const std::string text = registry.text();
  EXPECT_THAT(text, HasSubstr("connected_registry_sync_up_to_date{repository=\"team/app\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("connected_registry_sync_up_to_date{repository=\"hello:1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("connected_registry_sync_up_to_date{repository=\"new\"} 0\n"));
  EXPECT_THAT(
      text,
      HasSubstr("connected_registry_sync_last_success_timestamp_seconds{repository=\"hello:1\"} 1769860800"));
  EXPECT_THAT(text, Not(HasSubstr("timestamp_seconds{repository=\"new\"}")));
}

}  // namespace
}  // namespace connected_registry::sync
