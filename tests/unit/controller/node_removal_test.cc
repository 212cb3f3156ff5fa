#include "controller/node_removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using trust::NodeState;

trust::NodeReport report(const std::string& node, NodeState state, const std::string& message = "") {
  trust::NodeReport made{.node = node, .status = {}};
  made.status.state = state;
  made.status.message = message;
  return made;
}

TEST(JudgeRemoval, waits_for_agents_that_can_still_answer) {
  const NodeRemoval removal = judge_removal(
      {report("d", NodeState::kTrusted), report("c", NodeState::kTrusted), report("b", NodeState::kRemoved),
       report("a", NodeState::kWaiting), report("e", NodeState::kFailed, "read-only file system")},
      {"a", "b", "c", "e"}, {"a", "b", "d", "e"});
  EXPECT_THAT(removal.removed, ElementsAre("b"));
  EXPECT_THAT(removal.waiting, ElementsAre("a", "e"));
  EXPECT_THAT(removal.unreachable, ElementsAre("c", "d")) << "c is not ready, on d no agent runs";
  EXPECT_THAT(removal.failures, ElementsAre("e: read-only file system"));
}

TEST(JudgeRemoval, counts_a_node_that_was_cleaned_before_it_went) {
  const NodeRemoval removal = judge_removal({report("gone", NodeState::kRemoved)}, {}, {});
  EXPECT_THAT(removal.removed, ElementsAre("gone"));
  EXPECT_THAT(removal.unreachable, IsEmpty());
}

TEST(JudgeRemoval, has_nothing_to_wait_for_without_agents) {
  EXPECT_THAT(judge_removal({}, {}, {}).waiting, IsEmpty());
}

TEST(NodesOfRunning, are_those_of_running_pods_with_a_node) {
  const auto pods = json::parse(R"({"items":[
      {"spec":{"nodeName":"a"},"status":{"phase":"Running"}},
      {"spec":{"nodeName":"b"},"status":{"phase":"Pending"}},
      {"spec":{},"status":{"phase":"Running"}}]})");
  EXPECT_THAT(nodes_of_running(*pods), ElementsAre("a"));
  EXPECT_THAT(nodes_of_running(*json::parse("{}")), IsEmpty());
}

TEST(IsReady, is_the_condition_of_that_name) {
  EXPECT_TRUE(is_ready(*json::parse(R"({"status":{"conditions":[
      {"type":"DiskPressure","status":"False"},{"type":"Ready","status":"True"}]}})")));
  EXPECT_FALSE(is_ready(*json::parse(R"({"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}})")));
  EXPECT_FALSE(
      is_ready(*json::parse(R"({"status":{"conditions":[{"type":"DiskPressure","status":"True"}]}})")));
  EXPECT_FALSE(is_ready(*json::parse("{}")));
}

// What is left of a node that was down, cleaned by a shell.
TEST(CleaningCommand, removes_what_an_agent_wrote_and_brings_back_what_was_there) {
  const std::string command = cleaning_command({.name = "cr", .name_space = "edge"}, {.address = "10.9.8.7"});
  EXPECT_THAT(
      command,
      HasSubstr("grep -rlsZ '^# Written by connected-registry for edge/cr. Removed' /etc/containerd "));
  EXPECT_THAT(command, HasSubstr("-name '*.before-connected-registry'"));
  EXPECT_THAT(command, HasSubstr("-name '10.9.8.7'"));
  EXPECT_THAT(command, HasSubstr("-name '10.9.8.7:443'"));
}

}  // namespace
}  // namespace connected_registry::controller
