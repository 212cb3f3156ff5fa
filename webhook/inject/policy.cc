#include "inject/policy.h"

#include <algorithm>
#include <set>
#include <utility>

#include "net/endpoint.h"

namespace connected_registry::inject {
namespace {

bool is_ipv6(std::string_view address) {
  return address.find(':') != std::string_view::npos;
}

// "[fd00::1]:443", "registry.example:5000"; an address with colons is in brackets.
bool has_port(std::string_view host) {
  return host.find(':', host.starts_with('[') ? host.find(']') : 0) != std::string_view::npos;
}

void add_once(std::vector<std::string>& hosts, std::string host) {
  if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(std::move(host));
}

}  // namespace

std::vector<std::string> registry_hosts(const names::Installation& installation, std::string_view address,
                                        std::string_view cluster_domain,
                                        const std::vector<std::string>& extra_hosts) {
  const std::string service = installation.name + "." + installation.namespace_;
  std::vector<std::string> given = {
      net::bracketed(address),
      service,
      service + ".svc",
      service + ".svc." + std::string(cluster_domain),
  };
  given.insert(given.end(), extra_hosts.begin(), extra_hosts.end());
  std::vector<std::string> hosts;
  for (const std::string& each : given) {
    add_once(hosts, each);
    if (!has_port(each)) add_once(hosts, each + ":443");
  }
  return hosts;
}

Result<Policy> make_policy(const PolicyInput& input) {
  Policy policy;
  policy.installation = input.installation.name;
  policy.address = input.address;
  policy.hosts = registry_hosts(input.installation, input.address, input.cluster_domain, input.extra_hosts);
  // A mountPath cannot contain ':'. Hosts by name would add two mounts each, and their clients use
  // SSL_CERT_DIR.
  if (!is_ipv6(input.address)) policy.directory_hosts = {input.address};
  policy.excluded_namespaces = input.excluded_namespaces;
  policy.namespaces_by_label = input.namespaces_by_label;
  policy.pull_secret = input.installation.pull_secret();
  policy.pull_secret_namespaces = input.pull_secret_namespaces;
  if (input.bundle.empty()) {
    if (!input.expected_subject_hash.empty()) policy.subject_hashes = {input.expected_subject_hash};
    return policy;
  }
  const auto certificates = x509::parse_bundle(input.bundle);
  if (!certificates) return fail(certificates.error(), "CA bundle");
  std::set<std::string> hashes;
  for (const x509::Certificate& certificate : *certificates) hashes.insert(certificate.subject_hash());
  policy.subject_hashes.assign(hashes.begin(), hashes.end());
  policy.bundle = input.bundle;
  return policy;
}

}  // namespace connected_registry::inject
