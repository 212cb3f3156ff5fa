#include "trust/runtimes/rancher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"
#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NodeTree;
using testing::paths;
using testing::request;
using testing::view;

const std::string kK3s = "var/lib/rancher/k3s/agent/etc/containerd/";

TEST(Rancher, is_told_by_the_kubelets_version_or_by_its_directory_where_that_is_unknown) {
  const NodeTree node;
  EXPECT_TRUE(detect_k3s(view(node), request({.kubelet = "v1.34.2+k3s1"})));
  EXPECT_FALSE(detect_k3s(view(node), request({.kubelet = "v1.34.2+rke2r1"})));
  EXPECT_TRUE(detect_rke2(view(node), request({.kubelet = "v1.34.2+rke2r1"})));
  EXPECT_FALSE(detect_k3s(view(node), request()));
  node.put(kK3s + "config.toml", "");
  EXPECT_TRUE(detect_k3s(view(node), request()));
  EXPECT_FALSE(detect_rke2(view(node), request()));
  EXPECT_FALSE(detect_k3s(view(node), request({.kubelet = "v1.34.2"}))) << "a former k3s left it";
}

TEST(Rancher, has_its_files_below_its_own_directory) {
  const NodeTree node;
  node.put("var/lib/rancher/rke2/agent/etc/containerd/config.toml",
           "[plugins.'io.containerd.cri.v1.images'.registry]\nconfig_path = '/x'\n");
  const RuntimePlan plan = plan_rke2(view(node), request());
  EXPECT_EQ(plan.description, "rke2");
  EXPECT_THAT(paths(plan), Contains("var/lib/rancher/rke2/agent/etc/containerd/certs.d/10.9.8.7/hosts.toml"));
  EXPECT_THAT(plan.files[1].body,
              HasSubstr("/var/lib/rancher/rke2/agent/etc/containerd/certs.d/10.9.8.7/ca.crt"));
  EXPECT_THAT(plan.user_actions, IsEmpty());
}

TEST(Rancher, names_the_directory_that_is_not_mounted) {
  const NodeTree node;
  const RuntimePlan plan = plan_k3s(view(node), request());
  EXPECT_THAT(plan.files, IsEmpty());
  EXPECT_THAT(plan.user_actions, ElementsAre(HasSubstr("trustDistribution.runtimes={k3s}")));
}

TEST(Rancher, that_does_not_read_certs_d_needs_its_owner) {
  const NodeTree node;
  node.put(kK3s + "config.toml", "version = 2\n");
  EXPECT_THAT(plan_k3s(view(node), request()).user_actions,
              ElementsAre(HasSubstr("/etc/rancher/k3s/registries.yaml and restart k3s (or k3s-agent)")));
  node.put("var/lib/rancher/rke2/agent/etc/containerd/config.toml", "version = 2\n");
  EXPECT_THAT(plan_rke2(view(node), request()).user_actions,
              ElementsAre(HasSubstr("restart rke2-server or rke2-agent")));
}

// From registries.yaml, such a k3s writes a header with the bracket in it, and its containerd does not start.
TEST(Rancher, that_does_not_read_certs_d_is_not_told_to_write_an_ipv6_address_to_registries_yaml) {
  const NodeTree node;
  node.put(kK3s + "config.toml", "version = 2\n");
  RuntimeRequest asked = request();
  asked.registry.address = "fd00::1";
  EXPECT_THAT(plan_k3s(view(node), asked).user_actions, ElementsAre(EndsWith("upgrade it")));
}

TEST(Rancher, lays_out_both) {
  const NodeTree node;
  Layout layout;
  add_rancher_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.host_roots, ElementsAre("var/lib/rancher/k3s/agent/etc/containerd/certs.d",
                                             "var/lib/rancher/rke2/agent/etc/containerd/certs.d"));
}

}  // namespace
}  // namespace connected_registry::trust
