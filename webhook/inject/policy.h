// The policy of injection. It contains the parts of the settings and of the CA that injection depends on. A
// policy is immutable. A new policy replaces it when the settings or the CA change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "x509/certificate.h"

namespace connected_registry::inject {

struct Policy {
  std::string installation;        // names::Installation::name: the value of the injected label
  std::string address;             // address of the registry's Service; IPv6 without brackets
  std::vector<std::string> hosts;  // hosts of the registry in the form of image references
  // The hosts that get a directory in pods. They do not contain ':', because a mountPath cannot contain it.
  std::vector<std::string> directory_hosts;
  std::vector<std::string> excluded_namespaces;
  // The API server also selects namespaces by labels, which the webhook does not see.
  bool namespaces_by_label = false;
  // The name of the pull secret. Injection adds it only to pods that use the registry and that are in one of
  // pull_secret_namespaces.
  std::string pull_secret = {};
  std::vector<std::string> pull_secret_namespaces = {};  // empty: injection adds the pull secret to no pod
  std::string bundle;                                    // PEM; empty while there is no CA
  // Subject hashes (x509::Certificate::subject_hash()) of the CAs in the bundle, unique and sorted. While
  // there is no CA, this is the hash of the future CA if its subject is known.
  std::vector<std::string> subject_hashes;
  // The installation is frozen (names::kFreezeAnnotation): pods are admitted unchanged.
  bool frozen = false;

  bool operator==(const Policy&) const = default;
};

// Returns the hosts of the registry: its address, the names of its Service and the extra hosts. The result
// contains each host twice: without a port and with ":443". It contains an extra host with a port once,
// unchanged. An IPv6 address has brackets. The result has no duplicates. The chart's matchConditions contain
// the same list.
std::vector<std::string> registry_hosts(const names::Installation& installation, std::string_view address,
                                        std::string_view cluster_domain,
                                        const std::vector<std::string>& extra_hosts = {});

struct PolicyInput {
  names::Installation installation;
  std::string address;
  std::string cluster_domain;
  std::vector<std::string> extra_hosts = {};  // in the form of image references
  std::vector<std::string> excluded_namespaces;
  bool namespaces_by_label = false;
  // Namespaces of the pods that get the pull secret if they use the registry.
  std::vector<std::string> pull_secret_namespaces = {};
  std::string bundle;                 // PEM or empty
  std::string expected_subject_hash;  // subject hash of the future CA; empty: not known
};
// Builds a policy. Fails if the bundle cannot be parsed.
Result<Policy> make_policy(const PolicyInput& input);

}  // namespace connected_registry::inject
