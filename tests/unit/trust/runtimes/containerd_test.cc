#include "trust/runtimes/containerd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"
#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NodeTree;
using ::testing::Not;
using testing::paths;
using testing::request;
using testing::view;

const std::string kConfig(kContainerdConfig);
const std::string kHosts = "etc/containerd/certs.d/10.9.8.7/hosts.toml";
const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

Layout layout_of(const NodeTree& node) {
  Layout layout;
  add_containerd_layout(view(node), kInstallation, layout);
  return layout;
}

// Writes the plan, as the agent does it.
void apply(const NodeTree& node, const RuntimePlan& plan) {
  const NodeFiles files(machine_file_system(), node.root(), kInstallation, layout_of(node));
  ASSERT_TRUE(files.ensure(plan.files, plan.settings).good());
}

TEST(Containerd, is_found_by_the_runtime_or_by_its_directory_where_that_is_unknown) {
  const NodeTree node;
  EXPECT_TRUE(detect_containerd(view(node), request({.runtime = "containerd://2.4.2"})));
  EXPECT_FALSE(detect_containerd(view(node), request()));
  node.put(kConfig, "");
  EXPECT_TRUE(detect_containerd(view(node), request()));
  EXPECT_FALSE(detect_containerd(view(node), request({.runtime = "cri-o://1.30.0"})));
}

TEST(Containerd, of_2_2_and_newer_reads_the_list_as_one_directory) {
  const NodeTree node;
  EXPECT_THAT(paths(plan_containerd(view(node), request({.runtime = "containerd://2.2.0"}))),
              Contains("etc/containerd/certs.d:/etc/docker/certs.d/10.9.8.7/hosts.toml"));
}

TEST(Containerd, with_a_list_as_config_path_reads_its_first_part_before_2_1) {
  const NodeTree node;
  node.put(kConfig, "[plugins.'io.containerd.grpc.v1.cri'.registry]\nconfig_path = '/a:/b'\n");
  EXPECT_THAT(paths(plan_containerd(view(node), request({.runtime = "containerd://2.0.9"}))),
              Not(Contains(HasSubstr("a:/b"))));
  EXPECT_THAT(paths(plan_containerd(view(node), request({.runtime = "containerd://2.1.0"}))),
              Contains("a:/b/10.9.8.7/hosts.toml"));
}

TEST(Containerd, of_unknown_version_is_assumed_to_be_new_and_says_so) {
  const NodeTree node;
  const RuntimePlan plan = plan_containerd(view(node), request());
  EXPECT_THAT(plan.notes, ElementsAre(HasSubstr("unknown")));
  EXPECT_THAT(paths(plan), Contains(kHosts));
}

TEST(Containerd, without_config_path_is_changed_only_if_the_agent_may_restart_it) {
  const NodeTree node;
  node.put(kConfig, "version = 2\n");
  RuntimeRequest asked = request({.runtime = "containerd://1.6.20"});
  const RuntimePlan by_owner = plan_containerd(view(node), asked);
  EXPECT_THAT(by_owner.user_actions, ElementsAre(HasSubstr("trustDistribution.restart=true")));
  EXPECT_THAT(by_owner.settings, IsEmpty());
  EXPECT_FALSE(by_owner.needs_restart);
  asked.may_restart = true;
  const RuntimePlan by_agent = plan_containerd(view(node), asked);
  EXPECT_THAT(by_agent.user_actions, IsEmpty());
  EXPECT_TRUE(by_agent.needs_restart);
  apply(node, by_agent);
  asked.may_restart = false;
  const RuntimePlan later = plan_containerd(view(node), asked);
  EXPECT_EQ(later.settings, by_agent.settings) << "what was added stays";
  EXPECT_TRUE(later.needs_restart);
}

TEST(Containerd, does_not_take_a_file_of_ours_for_its_owners) {
  const NodeTree node;
  RuntimeRequest asked = request({.runtime = "containerd://1.7.28"});
  asked.may_restart = true;
  const RuntimePlan first = plan_containerd(view(node), asked);
  EXPECT_THAT(paths(first), Contains(kConfig));
  apply(node, first);
  const RuntimePlan second = plan_containerd(view(node), asked);
  EXPECT_EQ(second.files, first.files);
  EXPECT_EQ(second.description, "containerd 1.7.28, config_path unset");
}

TEST(Containerd, counts_what_the_configuration_imports) {
  const NodeTree node;
  node.put(kConfig, "imports = ['/etc/containerd/conf.d/*.toml']\n");
  node.put("etc/containerd/conf.d/a.toml",
           "[plugins.'io.containerd.grpc.v1.cri'.registry]\nconfig_path = '/x'\n");
  node.put("etc/containerd/conf.d/a.off", "[plugins.cri.registry]\nconfig_path = '/y'\n");
  EXPECT_THAT(paths(plan_containerd(view(node), request({.runtime = "containerd://1.6.20"}))),
              Contains("x/10.9.8.7/hosts.toml"));
  EXPECT_THAT(layout_of(node).host_roots, Contains("x"));
}

TEST(Containerd, lays_out_the_defaults_even_where_its_configuration_is_broken) {
  const NodeTree node;
  node.put(kConfig, "[broken\n");
  EXPECT_THAT(layout_of(node).host_roots,
              ElementsAre("etc/containerd/certs.d", "etc/containerd/certs.d:/etc/docker/certs.d"));
  EXPECT_THAT(layout_of(node).edited, ElementsAre(kConfig));
  const RuntimePlan plan = plan_containerd(view(node), request({.runtime = "containerd://2.4.2"}));
  EXPECT_THAT(plan.user_actions, ElementsAre(HasSubstr("/etc/containerd/config.toml: line 1")));
  EXPECT_THAT(paths(plan), Contains(kHosts));
}

}  // namespace
}  // namespace connected_registry::trust
