#include "trust/runtimes/containerd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"
#include "trust/runtimes/containerd_config.h"
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

const std::string kMirrors =
    "version = 2\n[plugins.'io.containerd.grpc.v1.cri'.registry.mirrors.'docker.io']\nendpoint = "
    "['https://m']\n";

RuntimeRequest of_ipv6(const std::string& runtime) {
  RuntimeRequest asked = request({.runtime = runtime});
  asked.registry.address = "fd00::1";
  return asked;
}

TEST(Containerd, with_mirrors_tells_the_key_that_it_looks_up_for_an_ipv6_address) {
  const NodeTree node;
  node.put(kConfig, kMirrors);
  EXPECT_THAT(plan_containerd(view(node), of_ipv6("containerd://1.6.20")).user_actions,
              ElementsAre(HasSubstr("registry.configs] \"[fd00::1]\" = { tls = { ca_file = "
                                    "\"/etc/containerd/certs.d/[fd00::1]/ca.crt\" } }")));
}

TEST(Containerd, with_mirrors_tells_the_port_that_is_not_the_default_one) {
  const NodeTree node;
  node.put(kConfig, kMirrors);
  RuntimeRequest asked = request({.runtime = "containerd://1.6.20"});
  asked.registry.port = 8443;
  EXPECT_THAT(plan_containerd(view(node), asked).user_actions,
              ElementsAre(HasSubstr("configs.\"10.9.8.7:8443\".tls]")));
}

TEST(Containerd, is_neither_edited_nor_restarted_if_it_could_not_read_the_rest_of_the_file) {
  for (const std::string rest :
       {"[proxy_plugins.'[x]']\n", "[debug]\nlevel = 1\n", "since = 2024-01-01\n[x]\n",
        "imports = ['none.toml']\n[x]\n", "disabled_plugins = ['cri']\n[x]\n"}) {
    const NodeTree node;
    node.put(kConfig, rest + "[plugins]\n");
    RuntimeRequest asked = request({.runtime = "containerd://1.7.28"});
    asked.may_restart = true;
    if (rest.starts_with("disabled")) node.put(kConfig, "version = 2\n" + rest);
    const RuntimePlan plan = plan_containerd(view(node), asked);
    EXPECT_FALSE(plan.needs_restart) << rest;
    EXPECT_THAT(plan.settings, IsEmpty()) << rest;
    EXPECT_THAT(plan.user_actions, ElementsAre(HasSubstr("would not start: /etc/containerd/config.toml: ")))
        << rest;
  }
}

TEST(Containerd, keeps_the_lines_of_a_file_that_its_owner_broke_and_is_not_restarted) {
  const NodeTree node;
  node.put(kConfig, "version = 2\n");
  RuntimeRequest asked = request({.runtime = "containerd://1.6.20"});
  asked.may_restart = true;
  const RuntimePlan first = plan_containerd(view(node), asked);
  apply(node, first);
  node.put(kConfig, node.read(kConfig) + "[debug]\nlevel = 1\n");
  const RuntimePlan second = plan_containerd(view(node), asked);
  EXPECT_EQ(second.settings, first.settings);
  EXPECT_THAT(second.user_actions, ElementsAre(HasSubstr("line")));
}

TEST(Containerd, of_1_x_takes_its_tables_names_from_the_newest_form_of_all_its_files) {
  const NodeTree node;
  node.put(kConfig, "imports = ['conf.d/*.toml']\n");
  node.put("etc/containerd/conf.d/a.toml", "version = 2\n");
  RuntimeRequest asked = request({.runtime = "containerd://1.6.20"});
  asked.may_restart = true;
  const RuntimePlan plan = plan_containerd(view(node), asked);
  ASSERT_EQ(plan.settings.size(), 1U);
  EXPECT_EQ(plan.settings.front().settings.front().table.at(1), "io.containerd.grpc.v1.cri");
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
