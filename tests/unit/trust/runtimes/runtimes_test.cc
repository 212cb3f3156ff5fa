// What each kind of node gets: trees of files as they are found there, and what the agent makes of them. A
// tree's expected.txt is written anew by CONNECTED_REGISTRY_UPDATE_GOLDEN=1.
#include "trust/runtimes/runtimes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "support/golden.h"
#include "support/temporary_directory.h"
#include "trust/files/node_tree.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using testing::NodeTree;

const fs::path kNodes = fs::path(golden_directory()) / "trust" / "nodes";
const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

std::vector<std::string> node_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kNodes)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

RuntimeRequest request_of(const json::Value& about) {
  const auto is = [&about](std::string_view key) {
    const json::Value* const value = json::find(about, {key});
    return value != nullptr && value->IsTrue();
  };
  const contract::Scheme scheme = is("plainHttp") ? contract::Scheme::kHttp : contract::Scheme::kHttps;
  const std::string address(json::string_at(about, {"address"}));
  return {.installation = kInstallation,
          .registry = {.address = address.empty() ? "10.9.8.7" : address,
                       .port = is("plainHttp") ? 80 : 443,
                       .scheme = scheme},
          .bundle = is("plainHttp") ? "" : "PEM\n",
          .node = {.runtime = std::string(json::string_at(about, {"runtime"})),
                   .kubelet = std::string(json::string_at(about, {"kubelet"})),
                   .os = std::string(json::string_at(about, {"os"}))},
          .configured = {},
          .may_restart = is("mayRestart")};
}

NodeFilesResult apply(const NodeTree& node, const RuntimePlan& plan) {
  const HostView host(machine_file_system(), node.root());
  const NodeFiles files(machine_file_system(), node.root(), kInstallation,
                        runtime_layout(host, kInstallation));
  return files.ensure(plan.files, plan.settings);
}

// What it says, and every file that is not as it was.
std::string outcome_text(const NodeTree& node, const RuntimePlan& plan,
                         const std::map<std::string, std::string>& before) {
  std::string text = "found: " + plan.description + "\n";
  for (const std::string& line : plan.user_actions) text += "to do: " + line + "\n";
  for (const std::string& line : plan.notes) text += "note: " + line + "\n";
  if (plan.needs_restart) text += "needs a containerd that was started after its configuration was changed\n";
  for (const auto& [path, content] : node.contents()) {
    const auto was = before.find(path);
    if (content == "/" || (was != before.end() && was->second == content)) continue;
    if (fs::path(path).filename() == ".connected-registry") continue;
    text += "\n=== /" + path + "\n" + content;
  }
  return text;
}

class NodeOfKind : public ::testing::TestWithParam<std::string> {};

TEST_P(NodeOfKind, gets_the_right_files_in_the_right_places_and_gives_them_back) {
  const fs::path directory = kNodes / GetParam();
  const auto text = file::read(directory / "node.json");
  ASSERT_TRUE(text) << text.error().message;
  const auto about = json::parse(*text);
  ASSERT_TRUE(about);
  const NodeTree node;
  fs::copy(directory / "host", node.root(), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  // Git does not keep the modes of directories.
  for (const auto& entry : fs::recursive_directory_iterator(node.root())) {
    if (entry.is_directory() && !entry.is_symlink()) fs::permissions(entry, fs::perms(0755));
  }
  const auto contents = node.contents();
  const auto before = node.all();
  const RuntimeRequest request = request_of(*about);
  const HostView host(machine_file_system(), node.root());
  const RuntimePlan plan = plan_runtimes(host, request);
  const NodeFilesResult outcome = apply(node, plan);
  ASSERT_TRUE(outcome.good()) << joined(outcome.problems);

  const std::string made = outcome_text(node, plan, contents);
  if (std::getenv("CONNECTED_REGISTRY_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(file::write_atomically(directory / "expected.txt", made, 0644));
  }
  const auto expected = file::read(directory / "expected.txt");
  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(made, *expected);

  const RuntimePlan again = plan_runtimes(host, request);
  EXPECT_EQ(apply(node, again).changes, 0U) << "the second plan is the same";
  ASSERT_TRUE(apply(node, {}).good());
  EXPECT_EQ(node.all(), before);
}

INSTANTIATE_TEST_SUITE_P(Nodes, NodeOfKind, ::testing::ValuesIn(node_names()), [](const auto& node) {
  std::string name = node.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
  return name;
});

class PlanRuntimes : public ::testing::Test {
 protected:
  RuntimePlan plan(const NodeInfo& about = {}, const std::set<std::string>& configured = {}) const {
    RuntimeRequest request;
    request.installation = kInstallation;
    request.registry.address = "10.9.8.7";
    request.node = about;
    request.configured = configured;
    return plan_runtimes(HostView(machine_file_system(), node.root()), request);
  }
  const NodeTree node;
};

TEST_F(PlanRuntimes, plans_the_configured_runtimes_whatever_is_there) {
  node.put("etc/containerd/config.toml", "version = 3\n");
  EXPECT_EQ(plan({}, {"docker", "k3s"}).description, "k3s; Docker");
}

TEST_F(PlanRuntimes, detects_by_the_files_alone_where_the_nodes_status_cannot_be_read) {
  node.put("var/lib/rancher/k3s/agent/etc/containerd/config.toml",
           "[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/x'\n");
  EXPECT_EQ(plan().description, "k3s");
}

TEST_F(PlanRuntimes, assumes_containerd_on_a_node_of_which_nothing_is_known) {
  EXPECT_THAT(plan().description, ::testing::HasSubstr("containerd"));
  EXPECT_FALSE(plan().files.empty());
}

TEST_F(PlanRuntimes, does_not_take_the_directory_that_a_former_k3s_left_for_k3s) {
  node.put("var/lib/rancher/k3s/agent/etc/containerd/config.toml", "");
  const RuntimePlan made = plan({.runtime = "containerd://2.4.2", .kubelet = "v1.37.2", .os = "Debian"});
  EXPECT_THAT(made.description, ::testing::HasSubstr("containerd 2.4.2"));
  EXPECT_THAT(made.description, ::testing::Not(::testing::HasSubstr("k3s")));
}

}  // namespace
}  // namespace connected_registry::trust
