#include "sync/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace connected_registry::sync {
namespace {

using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
const std::string kArtifact = "sha256-" + std::string(64, 'a');

TEST(Retention, lets_what_nobody_asks_for_stay_for_its_time) {
  const Inventory inventory{.present = {{"app", "1"}, {"app", "2"}, {"gone", "x"}},
                            .desired = {{"app", {"2"}}},
                            .unknown = {},
                            .without_subject = {}};
  const auto first = evaluate_retention(inventory, {}, hours(24), kNow);
  EXPECT_THAT(first.expired, IsEmpty());
  EXPECT_EQ(first.leaving, (std::map<std::string, TimePoint>{{"app:1", kNow}, {"gone:x", kNow}}));
  const auto later = evaluate_retention(inventory, first.leaving, hours(24), kNow + hours(24));
  EXPECT_THAT(later.expired, ElementsAre(Reference{"app", "1"}, Reference{"gone", "x"}));
  EXPECT_TRUE(later.leaving.empty());
}

TEST(Retention, forgets_that_something_was_leaving_once_it_is_wanted_again) {
  const Inventory inventory{
      .present = {{"app", "1"}}, .desired = {{"app", {"1"}}}, .unknown = {}, .without_subject = {}};
  const auto retention = evaluate_retention(inventory, {{"app:1", kNow - hours(99)}}, hours(24), kNow);
  EXPECT_TRUE(retention.expired.empty() && retention.leaving.empty());
}

TEST(Retention, removes_nothing_of_a_repository_whose_run_failed) {
  const Inventory inventory{
      .present = {{"app", "1"}, {"app", "2"}}, .desired = {}, .unknown = {"app"}, .without_subject = {}};
  const auto retention = evaluate_retention(inventory, {{"app:1", kNow - hours(99)}}, hours(24), kNow);
  EXPECT_THAT(retention.expired, IsEmpty());
  EXPECT_EQ(retention.leaving, (std::map<std::string, TimePoint>{{"app:1", kNow - hours(99)}}));
}

TEST(Retention, keeps_signatures_while_their_image_is_there) {
  Inventory inventory{.present = {{"app", kArtifact}, {"app", kArtifact + ".sig"}},
                      .desired = {{"app", {}}},
                      .unknown = {},
                      .without_subject = {}};
  EXPECT_TRUE(evaluate_retention(inventory, {}, hours(0), kNow).expired.empty());
  inventory.without_subject = {"app:" + kArtifact};
  EXPECT_THAT(evaluate_retention(inventory, {}, hours(0), kNow).expired,
              ElementsAre(Reference{"app", kArtifact}));
  EXPECT_EQ(subject_digest(kArtifact + ".sig"), "sha256:" + std::string(64, 'a'));
  EXPECT_FALSE(is_artifact_tag("sha256-abc"));
  EXPECT_FALSE(is_artifact_tag("sha256-" + std::string(64, 'X')));
}

}  // namespace
}  // namespace connected_registry::sync
