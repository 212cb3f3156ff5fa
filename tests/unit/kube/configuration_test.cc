#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "kube/client.h"

namespace connected_registry::kube {
namespace {

using ::testing::HasSubstr;

class InClusterConfiguration : public ::testing::Test {
 protected:
  void SetUp() override {
    ::unsetenv("KUBERNETES_SERVICE_HOST");
    ::unsetenv("KUBERNETES_SERVICE_PORT");
  }
  void TearDown() override { SetUp(); }
};

TEST_F(InClusterConfiguration, outside_of_a_pod_says_what_is_missing) {
  const auto configuration = in_cluster_configuration();
  ASSERT_FALSE(configuration.has_value());
  EXPECT_EQ(configuration.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(configuration.error().message, HasSubstr("KUBERNETES_SERVICE_HOST"));
}

TEST_F(InClusterConfiguration, refuses_a_port_that_is_none) {
  ::setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
  for (const char* const port : {"", "0", "65536", "https", "443x", "-1"}) {
    ::setenv("KUBERNETES_SERVICE_PORT", port, 1);
    const auto configuration = in_cluster_configuration();
    ASSERT_FALSE(configuration.has_value()) << port;
    EXPECT_THAT(configuration.error().message, HasSubstr("KUBERNETES_SERVICE_PORT is not a port")) << port;
  }
}

TEST_F(InClusterConfiguration, names_the_service_accounts_file_that_is_missing) {
  ::setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1", 1);
  ::setenv("KUBERNETES_SERVICE_PORT", "443", 1);
  const auto configuration = in_cluster_configuration();
  if (configuration) return;  // these tests run in a pod
  EXPECT_EQ(configuration.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(configuration.error().message, HasSubstr("serviceaccount/ca.crt"));
}

}  // namespace
}  // namespace connected_registry::kube
