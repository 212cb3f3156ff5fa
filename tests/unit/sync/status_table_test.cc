#include "sync/status_table.h"

#include <gtest/gtest.h>

namespace connected_registry::sync {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(StatusTable, says_of_each_repository_when_it_last_succeeded_and_what_is_wrong) {
  const TimePoint now = *parse_time("2026-01-31T12:00:00Z");
  contract::SyncReport report;
  report.repositories = {
      {.repository = "team/app:1", .last_run = now - seconds(30), .last_success = now - seconds(30)},
      {.repository = "team/tools",
       .reason = "UNAUTHORIZED",
       .message = "the parent does not take the password",
       .last_run = now - seconds(31),
       .last_success = now - hours(5)},
      {.repository = "team/new"}};
  EXPECT_EQ(status_table(report, now),
            "REPOSITORY  RESULT     RUN      SUCCEEDED  MESSAGE\n"
            "team/app:1  Succeeded  30s ago  30s ago    \n"
            "team/tools  Failed     31s ago  5h ago     UNAUTHORIZED: the parent does not take the password\n"
            "team/new    Waiting    never    never      \n");
}

}  // namespace
}  // namespace connected_registry::sync
