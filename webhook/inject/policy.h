// What the webhook needs to know to handle a pod. Immutable; swapped as a whole when settings or CA change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "x509/certificate.h"

namespace connected_registry::inject {

struct Policy {
  std::string installation;                  // names::Installation::name: the value of the injected label
  std::string address;                       // of the registry's Service; IPv6 without brackets
  std::vector<std::string> hosts;            // image hosts of the registry, as references write them
  std::vector<std::string> directory_hosts;  // of them, those that pods get directories for; none holds a ':'
  std::vector<std::string> excluded_namespaces;
  // The API server chooses among the other namespaces by their labels, which we do not see.
  bool namespaces_by_label = false;
  std::string pull_secret = {};                          // for pods that use the registry in …
  std::vector<std::string> pull_secret_namespaces = {};  // none where pods bring their own
  std::string bundle;                                    // PEM; empty while there is no CA yet
  // Of the bundle's CAs, each once, sorted. While there is no CA yet: of the one that is to come, as far as
  // its subject is known.
  std::vector<std::string> subject_hashes;
};

// The registry's hosts: its address, its service's names and the extra hosts, each with and without ":443";
// IPv6 in brackets. An extra host that has a port stands for itself alone. Each once. The chart's
// matchConditions hold the same list.
std::vector<std::string> registry_hosts(const names::Installation& installation, std::string_view address,
                                        std::string_view cluster_domain,
                                        const std::vector<std::string>& extra_hosts = {});

struct PolicyInput {
  names::Installation installation;
  std::string address;
  std::string cluster_domain;
  std::vector<std::string> extra_hosts = {};  // as image references write them
  std::vector<std::string> excluded_namespaces;
  bool namespaces_by_label = false;
  std::vector<std::string> pull_secret_namespaces = {};  // whose pods get the pull secret
  std::string bundle;                                    // PEM or empty
  std::string expected_subject_hash;  // of the CA that is to come; empty where nobody knows
};
// The error says why the bundle does not parse.
Result<Policy> make_policy(const PolicyInput& input);

}  // namespace connected_registry::inject
