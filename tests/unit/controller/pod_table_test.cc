#include "controller/pod_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace connected_registry::controller {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

PodName pod(const std::string& name) {
  return {.namespace_ = "shop", .name = name, .uid = "uid-" + name};
}

const std::string kBundle = "sha256 of the bundle";
const std::string kNewBundle = "sha256 of the next bundle";
constexpr PodClassification kOutdated{.injected = true, .missed = false, .outdated = true, .restart = false};
constexpr PodClassification kFine{.injected = true, .missed = false, .outdated = false, .restart = false};
constexpr PodClassification kMissed{.injected = false, .missed = true, .outdated = false, .restart = false};
constexpr PodClassification kRestart{.injected = true, .missed = false, .outdated = false, .restart = true};

class PodTableTest : public ::testing::Test {
 protected:
  void set(const std::string& name, const PodClassification& classification,
           const std::string& bundle = kBundle) {
    table.set(pod(name), classification, bundle);
  }
  // Takes the names of all outdated pods from the queue.
  std::vector<std::string> queue() {
    std::vector<std::string> names;
    while (const auto next = table.next_outdated({}, milliseconds(0))) names.push_back(next->name);
    return names;
  }

  PodTable table;
};

TEST_F(PodTableTest, says_nothing_before_somebody_has_looked) {
  set("a", kMissed);
  EXPECT_FALSE(table.summary());
  table.keep_only({"uid-a"});
  EXPECT_THAT(table.summary()->missed, ElementsAre("shop/a"));
}

TEST_F(PodTableTest, counts_and_names_pods_by_what_they_are) {
  set("c", kMissed);
  set("b", kRestart);
  set("a", kMissed);
  set("d", kOutdated);
  set("e", kFine);
  set("f", {});
  table.keep_only({"uid-a", "uid-b", "uid-c", "uid-d", "uid-e", "uid-f"});
  const auto summary = table.summary();
  EXPECT_EQ(summary->injected, 3U);
  EXPECT_EQ(summary->outdated, 1U);
  EXPECT_THAT(summary->missed, ElementsAre("shop/a", "shop/c"));
  EXPECT_THAT(summary->restart, ElementsAre("shop/b"));
}

TEST_F(PodTableTest, forgets_pods_that_are_gone) {
  set("a", kMissed);
  set("b", kOutdated);
  table.keep_only({"uid-b"});
  EXPECT_THAT(table.summary()->missed, IsEmpty());
  table.erase("uid-b");
  EXPECT_EQ(*table.summary(), PodSummary());
  EXPECT_THAT(queue(), IsEmpty());
}

TEST_F(PodTableTest, gives_each_outdated_pod_once_in_their_order) {
  set("b", kOutdated);
  set("a", kOutdated);
  set("b", kOutdated);
  EXPECT_THAT(queue(), ElementsAre("b", "a"));
}

TEST_F(PodTableTest, gives_a_pod_again_when_it_is_outdated_again) {
  set("a", kOutdated);
  EXPECT_THAT(queue(), ElementsAre("a"));
  table.updated("uid-a", kBundle);
  EXPECT_EQ(queue().size(), 0U);
  // The CA changed once more while it was being updated.
  set("a", kOutdated);
  EXPECT_THAT(queue(), ElementsAre("a"));
}

// LiveUpdate writes the bundle that it saw; meanwhile PodWatch has classified the pod against a newer one.
TEST_F(PodTableTest, loses_no_bundle_that_came_while_a_pod_was_updated_to_the_one_before) {
  set("a", kOutdated);
  EXPECT_THAT(queue(), ElementsAre("a"));
  set("a", kOutdated, kNewBundle);
  table.updated("uid-a", kBundle);
  table.keep_only({"uid-a"});
  EXPECT_EQ(table.summary()->outdated, 1U);
  EXPECT_THAT(queue(), ElementsAre("a"));
  table.updated("uid-a", kNewBundle);
  EXPECT_EQ(table.summary()->outdated, 0U);
}

TEST_F(PodTableTest, remembers_the_event_of_a_pod_for_as_long_as_the_pod_is_in_the_table) {
  table.set_event("uid-a", "event");
  EXPECT_FALSE(table.has_event("uid-a", "event")) << "of a pod that it does not know";
  set("a", kMissed);
  table.set_event("uid-a", "event");
  EXPECT_TRUE(table.has_event("uid-a", "event"));
  EXPECT_FALSE(table.has_event("uid-a", "another event"));
  set("a", kMissed);
  EXPECT_TRUE(table.has_event("uid-a", "event")) << "the pod has changed and still misses its CA";
  table.keep_only({});
  set("a", kMissed);
  EXPECT_FALSE(table.has_event("uid-a", "event"));
}

TEST_F(PodTableTest, gives_a_pod_again_that_could_not_be_updated) {
  set("a", kOutdated);
  EXPECT_THAT(queue(), ElementsAre("a"));
  table.retry("uid-a");
  table.retry("uid-unknown");
  EXPECT_THAT(queue(), ElementsAre("a"));
}

}  // namespace
}  // namespace connected_registry::controller
