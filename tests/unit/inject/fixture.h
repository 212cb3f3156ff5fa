// The policy that the injection tests share.
#pragma once

#include "inject/policy.h"

namespace connected_registry::inject::testing {

// That of the installation that the end-to-end tests make, so that they can judge the same files.
inline Policy policy() {
  return {
      .installation = "connected-registry",
      .address = "192.100.100.1",
      .hosts = registry_hosts({.name = "connected-registry", .namespace_ = "registry-system"},
                              "192.100.100.1", "cluster.local", {"mirror.example", "registry.example:5000"}),
      .directory_hosts = {"192.100.100.1"},
      .excluded_namespaces = {"kube-system", "kube-node-lease"},
      .bundle = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      .subject_hashes = {"be373e17"}};
}

}  // namespace connected_registry::inject::testing
