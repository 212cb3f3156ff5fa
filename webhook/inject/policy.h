// The part of settings and CA that injection depends on. Immutable; replaced as a whole when settings or CA
// change.
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
  std::vector<std::string> hosts;            // hosts of the registry as image references write them
  std::vector<std::string> directory_hosts;  // the hosts that get a directory in pods; none contains ':'
  std::vector<std::string> excluded_namespaces;
  // The API server also selects namespaces by labels, which the webhook does not see.
  bool namespaces_by_label = false;
  std::string pull_secret = {};                          // for pods that use the registry …
  std::vector<std::string> pull_secret_namespaces = {};  // … in these namespaces; empty: for no pod
  std::string bundle;                                    // PEM; empty while there is no CA
  // Hashes of the subjects of the bundle's CAs, unique and sorted. While there is no CA: the hash of the
  // future CA if its subject is known.
  std::vector<std::string> subject_hashes;

  bool operator==(const Policy&) const = default;
};

// Returns the registry's hosts, unique: its address, its Service's names and the extra hosts, each with and
// without ":443"; IPv6 in brackets. An extra host with a port is taken as it is. The chart's matchConditions
// contain the same list.
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
  std::vector<std::string> pull_secret_namespaces = {};  // pods here get the pull secret
  std::string bundle;                                    // PEM or empty
  std::string expected_subject_hash;                     // of the future CA; empty: not known
};
// Errors say why the bundle does not parse.
Result<Policy> make_policy(const PolicyInput& input);

}  // namespace connected_registry::inject
