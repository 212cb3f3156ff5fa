#include "kube/resource.h"

#include <gtest/gtest.h>

namespace connected_registry::kube {
namespace {

TEST(Resource, api_version_has_the_group_unless_it_is_the_core_group) {
  EXPECT_EQ(kPods.api_version(), "v1");
  EXPECT_EQ(kDeployments.api_version(), "apps/v1");
}

TEST(Resource, paths_follow_group_namespace_and_name) {
  EXPECT_EQ(path_of(kSecrets, "default", "tls"), "/api/v1/namespaces/default/secrets/tls");
  EXPECT_EQ(path_of(kSecrets, "default"), "/api/v1/namespaces/default/secrets");
  EXPECT_EQ(path_of(kPods, ""), "/api/v1/pods");
  EXPECT_EQ(path_of(kLeases, "n", "l"), "/apis/coordination.k8s.io/v1/namespaces/n/leases/l");
}

TEST(Resource, a_namespace_does_not_count_for_a_cluster_scoped_kind) {
  EXPECT_EQ(path_of(kNodes, "default", "node-1"), "/api/v1/nodes/node-1");
}

TEST(Resource, a_name_cannot_leave_its_path_segment) {
  EXPECT_EQ(path_of(kSecrets, "a/b", "c?d"), "/api/v1/namespaces/a%2Fb/secrets/c%3Fd");
}

}  // namespace
}  // namespace connected_registry::kube
