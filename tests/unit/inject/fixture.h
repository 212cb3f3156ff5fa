// The policy that the injection tests share.
#pragma once

#include "inject/policy.h"

namespace connected_registry::inject::testing {

inline Policy policy() {
  return {
      .installation = "registry",
      .hosts = registry_hosts({.name = "registry", .name_space = "edge"}, "192.100.100.1", "cluster.local"),
      .directory_hosts = {"192.100.100.1"},
      .excluded_namespaces = {"kube-system"},
      .bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      .subject_hashes = {"0a1b2c3d"}};
}

}  // namespace connected_registry::inject::testing
