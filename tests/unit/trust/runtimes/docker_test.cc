#include "trust/runtimes/docker.h"

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

const NodeInfo kDocker{.runtime = "docker://27.5.1"};

TEST(Docker, is_found_by_the_runtime_or_by_its_directory) {
  const NodeTree node;
  EXPECT_TRUE(detect_docker(view(node), request(kDocker)));
  EXPECT_FALSE(detect_docker(view(node), request({.runtime = "containerd://2.4.2"})));
  node.put("etc/docker/daemon.json", "{}");
  EXPECT_TRUE(detect_docker(view(node), request({.runtime = "containerd://2.4.2"})));
}

TEST(Docker, gets_a_ca_for_each_way_to_write_the_address) {
  const NodeTree node;
  const RuntimePlan plan = plan_docker(view(node), request(kDocker));
  EXPECT_EQ(plan.description, "Docker 27.5.1");
  EXPECT_THAT(paths(plan),
              ElementsAre("etc/docker/certs.d/10.9.8.7/ca.crt", "etc/docker/certs.d/10.9.8.7:443/ca.crt"));
}

TEST(Docker, needs_its_owner_for_plain_http_only_where_it_runs_the_pods) {
  const NodeTree node;
  const RuntimePlan runs_pods = plan_docker(view(node), request(kDocker, contract::Scheme::kHttp));
  EXPECT_THAT(runs_pods.user_actions, ElementsAre(HasSubstr("insecure-registries")));
  EXPECT_THAT(runs_pods.notes, IsEmpty());
  const RuntimePlan beside = plan_docker(view(node), request({}, contract::Scheme::kHttp));
  EXPECT_THAT(beside.user_actions, IsEmpty());
  EXPECT_THAT(beside.notes, ElementsAre(HasSubstr("insecure-registries")));
}

TEST(Docker, is_named_the_registry_as_images_name_it) {
  const NodeTree node;
  RuntimeRequest asked = request(kDocker, contract::Scheme::kHttp);
  asked.registry = {.address = "fd00::1", .port = 5000, .scheme = contract::Scheme::kHttp};
  EXPECT_THAT(plan_docker(view(node), asked).user_actions,
              ElementsAre(HasSubstr(" for [fd00::1]:5000 only")));
}

TEST(Docker, lays_out_its_directory) {
  const NodeTree node;
  Layout layout;
  add_docker_layout(view(node), {.name = "cr", .namespace_ = "edge"}, layout);
  EXPECT_THAT(layout.host_roots, ElementsAre("etc/docker/certs.d"));
}

}  // namespace
}  // namespace connected_registry::trust
