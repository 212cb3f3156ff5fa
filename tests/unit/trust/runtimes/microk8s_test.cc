#include "trust/runtimes/microk8s.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
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
using testing::paths;
using testing::request;
using testing::view;

void put_revisions(const NodeTree& node) {
  node.put("var/snap/microk8s/1/args/containerd", "");
  node.put("var/snap/microk8s/2/args/containerd", "");
  node.put("var/snap/microk8s/common/x", "");
  std::filesystem::create_symlink("2", node.root() / "var/snap/microk8s/current");
}

TEST(Microk8s, is_told_by_its_label_or_by_its_current_revision) {
  const NodeTree node;
  EXPECT_FALSE(detect_microk8s(view(node), request()));
  EXPECT_TRUE(detect_microk8s(view(node), request({.microk8s = true})));
  put_revisions(node);
  EXPECT_TRUE(detect_microk8s(view(node), request()));
}

TEST(Microk8s, has_its_files_in_the_current_revision_and_names_them_through_the_link) {
  const NodeTree node;
  put_revisions(node);
  const RuntimePlan plan = plan_microk8s(view(node), request());
  EXPECT_THAT(paths(plan), Contains("var/snap/microk8s/2/args/certs.d/10.9.8.7/hosts.toml"));
  EXPECT_THAT(plan.files[1].body, HasSubstr("/var/snap/microk8s/current/args/certs.d/10.9.8.7/ca.crt"));
}

TEST(Microk8s, names_the_directory_that_is_not_mounted) {
  const NodeTree node;
  const RuntimePlan plan = plan_microk8s(view(node), request());
  EXPECT_THAT(plan.files, IsEmpty());
  EXPECT_THAT(plan.user_actions, ElementsAre(HasSubstr("trustDistribution.runtimes={microk8s}")));
}

TEST(Microk8s, lays_out_every_revision) {
  const NodeTree node;
  put_revisions(node);
  Layout layout;
  add_microk8s_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.host_roots, Contains("var/snap/microk8s/1/args/certs.d"));
  EXPECT_THAT(layout.host_roots, Contains("var/snap/microk8s/2/args/certs.d"));
}

// microk8s gives args to its group: chmod -R ug+rwX, chgrp -R microk8s.
TEST(Microk8s, takes_files_in_a_directory_of_the_group_microk8s) {
  const NodeTree node;
  put_revisions(node);
  const std::filesystem::path arguments = "var/snap/microk8s/2/args";
  std::filesystem::create_directories(node.root() / arguments / "certs.d");
  for (const auto& path : {arguments, arguments / "certs.d"}) {
    ASSERT_EQ(::chmod((node.root() / path).c_str(), 0770), 0);
  }
  const auto before = node.all();
  const names::Installation installation{.name = "cr", .namespace_ = "edge"};
  Layout layout;
  add_microk8s_layout(view(node), installation, layout);
  const NodeFiles files(machine_file_system(), node.root(), installation, layout);
  const NodeFilesResult outcome = files.ensure(plan_microk8s(view(node), request()).files);
  EXPECT_TRUE(outcome.good()) << joined(outcome.problems);
  EXPECT_TRUE(node.has(arguments / "certs.d/10.9.8.7/hosts.toml"));
  EXPECT_TRUE(files.remove().good());
  EXPECT_EQ(node.all(), before);
}

}  // namespace
}  // namespace connected_registry::trust
