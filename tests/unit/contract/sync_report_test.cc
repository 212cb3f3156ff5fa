#include "contract/sync_report.h"

#include <gtest/gtest.h>

#include <string>

namespace connected_registry::contract {
namespace {

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

SyncReport example() {
  SyncReport report;
  report.repositories = {
      {.repository = "team/app",
       .reason = "UNAUTHORIZED",
       .message = "it says \"no\"",
       .last_run = parse_time("2026-01-31T12:00:00Z").value(),
       .last_success = parse_time("2026-01-30T12:00:00Z").value()},
      {.repository = "hello:1",
       .reason = {},
       .message = {},
       .last_run = parse_time("2026-01-31T12:00:00Z").value(),
       .last_success = parse_time("2026-01-31T12:00:00Z").value()},
      {.repository = "new", .reason = {}, .message = {}, .last_run = {}, .last_success = {}},
  };
  report.last_start = parse_time("2026-01-31T11:59:00Z").value();
  report.next_run = parse_time("2026-01-31T12:05:00Z").value();
  report.last_success = parse_time("2026-01-30T12:00:00Z").value();
  report.config_digest = "abc";
  report.leaving = {{"old:1", parse_time("2026-01-01T00:00:00Z").value()}};
  summarize(report);
  return report;
}

TEST(SyncReport, names_what_failed_and_why) {
  const SyncReport report = example();
  EXPECT_EQ(report.state, SyncState::kFailed);
  EXPECT_EQ(report.message, "2 of 3 repositories synchronized; team/app: UNAUTHORIZED: it says \"no\"");
}

TEST(SyncReport, is_read_back_from_its_lease) {
  const SyncReport report = example();
  const auto lease = render_sync_lease(kInstallation, "cr-1", report);
  EXPECT_EQ(json::string_at(lease, {"metadata", "labels", names::kNameLabel}), kInstallation.name)
      << "the status finds it by this label";
  EXPECT_EQ(json::string_at(lease, {"metadata", "name"}), "cr-sync");
  EXPECT_EQ(json::string_at(lease, {"metadata", "annotations", "connected-registry.io/state"}), "Failed");
  const auto read = parse_sync_lease(lease);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, report);
}

TEST(SyncReport, of_an_empty_lease_is_waiting) {
  const auto read = parse_sync_lease(*json::parse(R"({"metadata":{"name":"cr-sync"}})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, SyncReport{});
}

TEST(SyncReport, refuses_a_lease_that_somebody_else_wrote) {
  for (const char* text : {R"({"metadata":{"annotations":{"connected-registry.io/state":"Odd"}}})",
                           R"({"metadata":{"annotations":{"connected-registry.io/repositories":"{"}}})",
                           R"({"metadata":{"annotations":{"connected-registry.io/repositories":"{}"}}})"}) {
    EXPECT_FALSE(parse_sync_lease(*json::parse(text))) << text;
  }
}

TEST(SyncReport, stays_small_enough_for_annotations) {
  SyncReport report;
  for (int index = 0; index < 500; ++index) {
    report.repositories.push_back({.repository = "team/app-" + std::to_string(index),
                                   .reason = "FAILED",
                                   .message = std::string(10'000, 'x'),
                                   .last_run = system_now(),
                                   .last_success = {}});
  }
  for (int index = 0; index < 5000; ++index)
    report.leaving.emplace("a:" + std::to_string(index), system_now());
  summarize(report);
  EXPECT_LT(json::to_text(render_sync_lease(kInstallation, "cr-1", report)).size(), 262'144U);
}

}  // namespace
}  // namespace connected_registry::contract
