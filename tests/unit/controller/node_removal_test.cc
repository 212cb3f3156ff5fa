#include "controller/node_removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "trust/files/node_tree.h"
#include "trust/runtimes/runtimes.h"

namespace connected_registry::controller {
namespace {

using contract::NodeState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

contract::NodeReport report(const std::string& node, NodeState state, const std::string& message = "") {
  contract::NodeReport made{.node = node, .status = {}};
  made.status.state = state;
  made.status.message = message;
  return made;
}

TEST(ClassifyRemoval, waits_for_agents_that_can_still_answer) {
  const NodeRemoval removal = classify_removal(
      {report("d", NodeState::kTrusted), report("c", NodeState::kTrusted), report("b", NodeState::kRemoved),
       report("a", NodeState::kWaiting), report("e", NodeState::kFailed, "read-only file system")},
      {"a", "b", "c", "e"}, {"a", "b", "d", "e"});
  EXPECT_THAT(removal.removed, ElementsAre("b"));
  EXPECT_THAT(removal.waiting, ElementsAre("a", "e"));
  EXPECT_THAT(removal.unreachable, ElementsAre("c", "d")) << "c is not ready, on d no agent runs";
  EXPECT_THAT(removal.failures, ElementsAre("e: read-only file system"));
}

TEST(ClassifyRemoval, counts_a_node_that_was_cleaned_before_it_went) {
  const NodeRemoval removal = classify_removal({report("gone", NodeState::kRemoved)}, {}, {});
  EXPECT_THAT(removal.removed, ElementsAre("gone"));
  EXPECT_THAT(removal.unreachable, IsEmpty());
}

TEST(ClassifyRemoval, has_nothing_to_wait_for_without_agents) {
  EXPECT_THAT(classify_removal({}, {}, {}).waiting, IsEmpty());
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
TEST(CleaningCommand, takes_back_what_an_agent_wrote_and_brings_back_what_was_there) {
  const names::Installation installation{.name = "cr", .namespace_ = "edge"};
  const trust::testing::NodeTree node;
  node.put("etc/containerd/config.toml", "version = 2\nroot = '/x'", 0600);
  node.put("etc/containerd/certs.d/10.9.8.7/hosts.toml", "# somebody's own\n", 0640);
  node.put("etc/docker/daemon.json", "{}\n");
  const auto before = node.all();
  trust::RuntimeRequest request;
  request.installation = installation;
  request.registry.address = "10.9.8.7";
  request.bundle = "PEM\n";
  request.node.runtime = "containerd://1.6.20";
  request.may_restart = true;
  const trust::HostView host(trust::machine_file_system(), node.root());
  const auto write = [&] {
    const trust::RuntimePlan wants = trust::plan_runtimes(host, request);
    const trust::NodeFiles files(trust::machine_file_system(), node.root(), installation,
                                 trust::runtime_layout(host, installation));
    ASSERT_TRUE(files.ensure(wants.files, wants.settings).good());
  };
  const std::string command = cleaning_command(installation, node.root().string());
  EXPECT_EQ(command.find_first_of("\"\\"), std::string::npos) << "helm would escape it";
  write();
  ASSERT_NE(node.all(), before);
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(node.all(), before);

  write();
  const std::string edited = node.read("etc/containerd/config.toml");
  node.put("etc/containerd/config.toml", edited + "oom_score = 1\n", 0600);
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(node.read("etc/containerd/config.toml"), "version = 2\nroot = '/x'\noom_score = 1\n")
      << "what its owner added since is his";
}

}  // namespace
}  // namespace connected_registry::controller
