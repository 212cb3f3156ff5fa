#include "trust/runtimes/k0s.h"

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
using testing::NodeTree;
using ::testing::Not;
using testing::paths;
using testing::request;
using testing::view;

const std::string kOwn = "etc/k0s/containerd.d/connected-registry-edge-cr.toml";
const std::string kTheirs = "etc/k0s/containerd.d/mine.toml";
const std::string kSetting = "[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/etc/mine'\n";

TEST(K0s, is_told_by_the_kubelets_version_or_by_its_directory_where_that_is_unknown) {
  const NodeTree node;
  EXPECT_TRUE(detect_k0s(view(node), request({.kubelet = "v1.34.1+k0s"})));
  EXPECT_FALSE(detect_k0s(view(node), request()));
  node.put("etc/k0s/k0s.yaml", "");
  EXPECT_TRUE(detect_k0s(view(node), request()));
  EXPECT_FALSE(detect_k0s(view(node), request({.kubelet = "v1.34.1"})));
}

TEST(K0s, gets_a_drop_in_that_sets_config_path) {
  const NodeTree node;
  const RuntimePlan plan = plan_k0s(view(node), request({.runtime = "containerd://1.7.28"}));
  ASSERT_THAT(paths(plan), Contains(kOwn));
  EXPECT_EQ(plan.files.back().body,
            "version = 2\n\n[plugins.\"io.containerd.grpc.v1.cri\".registry]\n"
            "  config_path = \"/etc/containerd/certs.d\"\n");
  EXPECT_THAT(paths(plan), Contains("etc/containerd/certs.d/10.9.8.7/hosts.toml"));
}

TEST(K0s, uses_the_config_path_of_a_drop_in_of_its_owner) {
  const NodeTree node;
  node.put(kTheirs, kSetting);
  const RuntimePlan plan = plan_k0s(view(node), request());
  EXPECT_THAT(paths(plan), Contains("etc/mine/10.9.8.7/hosts.toml"));
  EXPECT_THAT(paths(plan), Not(Contains(kOwn)));
}

TEST(K0s, takes_no_setting_from_its_own_drop_in) {
  const NodeTree node;
  node.put(kOwn, kSetting);
  EXPECT_THAT(paths(plan_k0s(view(node), request())), Contains(kOwn));
}

TEST(K0s, lays_out_every_config_path) {
  const NodeTree node;
  node.put(kTheirs, kSetting);
  Layout layout;
  add_k0s_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.files, ElementsAre(kOwn));
  EXPECT_THAT(layout.host_roots, ElementsAre("etc/mine"));
}

}  // namespace
}  // namespace connected_registry::trust
