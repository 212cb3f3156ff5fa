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

constexpr PodClassification kOutdated{.injected = true, .missed = false, .outdated = true, .restart = false};
constexpr PodClassification kFine{.injected = true, .missed = false, .outdated = false, .restart = false};
constexpr PodClassification kMissed{.injected = false, .missed = true, .outdated = false, .restart = false};
constexpr PodClassification kRestart{.injected = true, .missed = false, .outdated = false, .restart = true};

class PodTableTest : public ::testing::Test {
 protected:
  // The names of those to update, taken out of the line.
  std::vector<std::string> line() {
    std::vector<std::string> names;
    while (const auto next = table.next_outdated({}, milliseconds(0))) names.push_back(next->name);
    return names;
  }

  PodTable table;
};

TEST_F(PodTableTest, says_nothing_before_somebody_has_looked) {
  table.set(pod("a"), kMissed);
  EXPECT_FALSE(table.summary());
  table.keep_only({"uid-a"});
  EXPECT_THAT(table.summary()->missed, ElementsAre("shop/a"));
}

TEST_F(PodTableTest, counts_and_names_pods_by_what_they_are) {
  table.set(pod("c"), kMissed);
  table.set(pod("b"), kRestart);
  table.set(pod("a"), kMissed);
  table.set(pod("d"), kOutdated);
  table.set(pod("e"), kFine);
  table.set(pod("f"), {});
  table.keep_only({"uid-a", "uid-b", "uid-c", "uid-d", "uid-e", "uid-f"});
  const auto summary = table.summary();
  EXPECT_EQ(summary->injected, 3U);
  EXPECT_EQ(summary->outdated, 1U);
  EXPECT_THAT(summary->missed, ElementsAre("shop/a", "shop/c"));
  EXPECT_THAT(summary->restart, ElementsAre("shop/b"));
}

TEST_F(PodTableTest, forgets_pods_that_are_gone) {
  table.set(pod("a"), kMissed);
  table.set(pod("b"), kOutdated);
  table.keep_only({"uid-b"});
  EXPECT_THAT(table.summary()->missed, IsEmpty());
  table.erase("uid-b");
  EXPECT_EQ(*table.summary(), PodSummary());
  EXPECT_THAT(line(), IsEmpty());
}

TEST_F(PodTableTest, gives_each_outdated_pod_once_in_their_order) {
  table.set(pod("b"), kOutdated);
  table.set(pod("a"), kOutdated);
  table.set(pod("b"), kOutdated);
  EXPECT_THAT(line(), ElementsAre("b", "a"));
}

TEST_F(PodTableTest, gives_a_pod_again_when_it_is_outdated_again) {
  table.set(pod("a"), kOutdated);
  EXPECT_THAT(line(), ElementsAre("a"));
  table.updated("uid-a");
  EXPECT_EQ(line().size(), 0U);
  // The CA changed once more while it was being updated.
  table.set(pod("a"), kOutdated);
  EXPECT_THAT(line(), ElementsAre("a"));
}

TEST_F(PodTableTest, gives_a_pod_again_that_could_not_be_updated) {
  table.set(pod("a"), kOutdated);
  EXPECT_THAT(line(), ElementsAre("a"));
  table.retry("uid-a");
  table.retry("uid-unknown");
  EXPECT_THAT(line(), ElementsAre("a"));
}

}  // namespace
}  // namespace connected_registry::controller
