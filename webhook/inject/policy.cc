#include "inject/policy.h"

#include <set>
#include <utility>

namespace connected_registry::inject {
namespace {

bool is_ipv6(std::string_view address) {
  return address.find(':') != std::string_view::npos;
}

}  // namespace

std::vector<std::string> registry_hosts(const names::Installation& installation, std::string_view address,
                                        std::string_view cluster_domain) {
  std::string host(address);
  if (is_ipv6(address)) host.insert(0, 1, '[').push_back(']');
  const std::string service = installation.name + "." + installation.name_space;
  const std::vector<std::string> plain = {
      host,
      service,
      service + ".svc",
      service + ".svc." + std::string(cluster_domain),
  };
  std::vector<std::string> hosts;
  for (const std::string& each : plain) {
    hosts.push_back(each);
    hosts.push_back(each + ":443");
  }
  return hosts;
}

Result<Policy> make_policy(const PolicyInput& input) {
  Policy policy;
  policy.installation = input.installation.name;
  policy.hosts = registry_hosts(input.installation, input.address, input.cluster_domain);
  // A mountPath cannot hold a ':'. The names would be two more mounts each: clients there have SSL_CERT_DIR.
  if (!is_ipv6(input.address)) policy.directory_hosts = {input.address};
  policy.excluded_namespaces = input.excluded_namespaces;
  policy.namespaces_by_label = input.namespaces_by_label;
  if (input.bundle.empty()) return policy;
  const auto certificates = x509::parse_bundle(input.bundle);
  if (!certificates) return fail(certificates.error(), "CA bundle");
  std::set<std::string> hashes;
  for (const x509::Certificate& certificate : *certificates) hashes.insert(certificate.subject_hash());
  policy.subject_hashes.assign(hashes.begin(), hashes.end());
  policy.bundle = input.bundle;
  return policy;
}

}  // namespace connected_registry::inject
