#include "trust/runtimes/containers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "trust/files/node_tree.h"
#include "trust/runtimes/runtime_test_support.h"

namespace connected_registry::trust {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::NodeTree;
using testing::paths;
using testing::request;
using testing::view;

const NodeInfo kCrio{.runtime = "cri-o://1.34.2"};
const std::string kDropIn = "etc/containers/registries.conf.d/connected-registry-edge-cr.conf";

TEST(Containers, are_found_by_the_runtime_or_by_their_directory) {
  const NodeTree node;
  EXPECT_TRUE(detect_containers(view(node), request(kCrio)));
  EXPECT_FALSE(detect_containers(view(node), request({.runtime = "containerd://2.4.2"})));
  node.put("etc/containers/policy.json", "{}");
  EXPECT_TRUE(detect_containers(view(node), request({.runtime = "containerd://2.4.2"}))) << "podman";
}

TEST(Containers, get_a_ca_and_nothing_else_for_https) {
  const NodeTree node;
  const RuntimePlan plan = plan_containers(view(node), request(kCrio));
  EXPECT_EQ(plan.description, "CRI-O 1.34.2");
  EXPECT_THAT(paths(plan), ElementsAre("etc/containers/certs.d/10.9.8.7/ca.crt",
                                       "etc/containers/certs.d/10.9.8.7:443/ca.crt"));
  EXPECT_EQ(plan_containers(view(node), request()).description, "podman");
}

TEST(Containers, get_a_drop_in_for_plain_http) {
  const NodeTree node;
  const RuntimePlan plan = plan_containers(view(node), request(kCrio, contract::Scheme::kHttp));
  ASSERT_THAT(paths(plan), ElementsAre(kDropIn));
  EXPECT_THAT(plan.files[0].body, HasSubstr("location = \"10.9.8.7:80\"\ninsecure = true\n"));
  EXPECT_THAT(plan.notes, ElementsAre(HasSubstr("SIGHUP")));
  EXPECT_THAT(plan_containers(view(node), request({}, contract::Scheme::kHttp)).notes, IsEmpty())
      << "podman reads it at each pull";
}

TEST(Containers, lay_out_both) {
  const NodeTree node;
  Layout layout;
  add_containers_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.host_roots, ElementsAre("etc/containers/certs.d"));
  EXPECT_THAT(layout.files, ElementsAre(kDropIn));
}

}  // namespace
}  // namespace connected_registry::trust
