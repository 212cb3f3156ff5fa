#include "inject/image_reference.h"

#include <gtest/gtest.h>

namespace connected_registry::inject {
namespace {

TEST(HostOf, finds_hosts_with_a_dot_a_port_or_an_address) {
  EXPECT_EQ(host_of("192.100.100.1/a/b:1@sha256:0123"), "192.100.100.1");
  EXPECT_EQ(host_of("192.100.100.1:443/a"), "192.100.100.1:443");
  EXPECT_EQ(host_of("[fd00::1]/a"), "[fd00::1]");
  EXPECT_EQ(host_of("[fd00::1]:443/a"), "[fd00::1]:443");
  EXPECT_EQ(host_of("registry.shop.svc.cluster.local/a:1"), "registry.shop.svc.cluster.local");
  EXPECT_EQ(host_of("registry:5000/a"), "registry:5000");
}

TEST(HostOf, takes_localhost_and_upper_case_as_hosts) {
  EXPECT_EQ(host_of("localhost/a"), "localhost");
  EXPECT_EQ(host_of("Registry/a"), "Registry");
}

TEST(HostOf, knows_the_default_registry_by_the_lack_of_a_host) {
  for (const char* reference : {"", "busybox", "busybox:1.36", "library/busybox", "192.100.100.1",
                                "192.100.100.1:443", "busybox@sha256:0123", "/a", "a/b.c/d:1"}) {
    EXPECT_EQ(host_of(reference), "") << reference;
  }
}

}  // namespace
}  // namespace connected_registry::inject
