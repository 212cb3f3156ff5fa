#include "settings/rules.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "settings/address.h"
#include "settings/connection_string.h"
#include "settings/grammar.h"
#include "x509/certificate.h"

namespace connected_registry::settings {
namespace {

// What is wrong with the value seen; no full stop.
using Problems = std::vector<std::string>;

Problems when(bool wrong, std::string_view problem) {
  return wrong ? Problems{std::string(problem)} : Problems{};
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  return out.append(text).append("\"");
}

Problems address_missing(const Settings& settings) {
  return when(settings.service_cluster_ip.empty(), "it is not given");
}

Problems address_wrong(const Settings& settings) {
  const std::string& given = settings.service_cluster_ip;
  if (given.empty()) return {};
  const auto address = Address::parse(given);
  if (!address) return {quoted(given) + " is not an IPv4 or IPv6 address"};
  const std::string_view problem = address->problem();
  if (problem.empty()) return {};
  return {quoted(given) + " " + std::string(problem)};
}

Problems cert_manager_unused(const Settings& settings) {
  return when(settings.cert_manager_install && !settings.cert_manager_enabled,
              "cert-manager would be installed but not used");
}

Problems certificate_unsourced(const Settings& settings) {
  return when(!settings.cert_manager_enabled, "nothing would issue the registry's certificate");
}

Problems trust_left_to_user(const Settings& settings) {
  return when(settings.cert_manager_enabled && !settings.trust_distribution_enabled,
              "nodes will not trust the registry's certificate, and pulls will fail with an x509 error");
}

Problems selectors_disagree(const Settings& settings) {
  return when(settings.trust_skip_node_selector && settings.trust_use_node_selector,
              "it asks for every node, while useNodeSelector asks for labelled nodes only");
}

Problems connection_incomplete(const Settings& settings) {
  if (settings.connection_string.empty()) return {};
  return parse_connection_string(settings.connection_string).problems;
}

// Judges one value of a connection string that is given; what is missing is CR040's to say.
template <typename Predicate>
Problems connection_value(const Settings& settings, std::string ConnectionString::*value, Predicate accepts,
                          std::string_view problem) {
  if (settings.connection_string.empty()) return {};
  const ConnectionString connection = parse_connection_string(settings.connection_string);
  return when(!(connection.*value).empty() && !accepts(connection.*value), problem);
}

Problems registry_name_wrong(const Settings& settings) {
  return connection_value(settings, &ConnectionString::registry_name, is_registry_name,
                          "ConnectedRegistryName is not 5 to 40 letters and digits");
}

Problems protocol_wrong(const Settings& settings) {
  const auto is_https = [](std::string_view protocol) { return protocol == "https"; };
  return connection_value(settings, &ConnectionString::parent_protocol, is_https,
                          "ParentEndpointProtocol is not https");
}

Problems endpoint_wrong(const Settings& settings) {
  return connection_value(settings, &ConnectionString::parent_endpoint, is_endpoint,
                          "ParentGatewayEndpoint is not a host name or an address");
}

Problems parent_missing(const Settings& settings) {
  return when(settings.connection_string.empty() && !settings.sync_repositories.empty(),
              "there is no parent to bring them from");
}

Problems repositories_wrong(const Settings& settings) {
  Problems problems;
  for (const std::string& repository : settings.sync_repositories) {
    if (!is_repository(repository)) problems.push_back(quoted(repository) + " is not NAME or NAME:TAG");
  }
  return problems;
}

Problems schedule_wrong(const Settings& settings) {
  return when(!is_schedule(settings.sync_schedule), quoted(settings.sync_schedule) + " is not a schedule");
}

Problems parent_bundle_wrong(const Settings& settings) {
  if (settings.parent_ca_bundle.empty()) return {};
  const auto bundle = x509::parse_bundle(settings.parent_ca_bundle);
  return when(!bundle, "it holds no PEM certificate that can be read");
}

Problems storage_wrong(const Settings& settings) {
  return when(!is_positive_quantity(settings.storage_request),
              quoted(settings.storage_request) + " is not a positive quantity");
}

Problems mode_wrong(const Settings& settings) {
  return when(settings.mode != "ReadOnly", quoted(settings.mode) + " is no mode of this version");
}

struct Rule {
  std::string_view id;
  Severity severity;
  std::string_view path;
  Problems (*judge)(const Settings& settings);
  std::string_view fix;
};

constexpr std::string_view kAddressFix =
    "set it to one free address of the cluster's service range, such as 192.100.100.1 in 192.100.0.0/16";
constexpr std::string_view kConnectionForm =
    "copy it whole from the parent: ConnectedRegistryName=…;SyncTokenName=…;SyncTokenPassword=…;"
    "ParentGatewayEndpoint=…;ParentEndpointProtocol=https";
constexpr auto kError = Severity::kError;
constexpr auto kWarning = Severity::kWarning;

// CR061 is judged where the types are read (settings.cc): a Settings holds only true switches. The chart's
// templates judge the same rules with the same words.
constexpr std::array<Rule, 16> kRules{{
    {"CR001", kError, "service.clusterIP", address_missing, kAddressFix},
    {"CR002", kError, "service.clusterIP", address_wrong, kAddressFix},
    {"CR010", kError, "cert-manager.install", cert_manager_unused,
     "set cert-manager.enabled=true, or cert-manager.install=false"},
    {"CR014", kError, "cert-manager.enabled", certificate_unsourced, "set cert-manager.enabled=true"},
    {"CR020", kWarning, "trustDistribution.enabled", trust_left_to_user,
     "distribute the CA to the nodes yourself, or set trustDistribution.enabled=true"},
    {"CR021", kError, "trustDistribution.skipNodeSelector", selectors_disagree,
     "set one of the two to false"},
    {"CR040", kError, "connectionString", connection_incomplete, kConnectionForm},
    {"CR041", kError, "connectionString", registry_name_wrong,
     "copy the name of the connected registry as the parent shows it"},
    {"CR042", kError, "connectionString", protocol_wrong,
     "write ParentEndpointProtocol=https: a parent is read over TLS only"},
    {"CR043", kError, "connectionString", endpoint_wrong,
     "write HOST or HOST:PORT, without https:// in front and without a path"},
    {"CR044", kError, "sync.repositories", parent_missing,
     "give connectionString, or leave sync.repositories empty"},
    {"CR045", kError, "sync.repositories", repositories_wrong,
     "write a repository as the parent calls it, without the parent's host"},
    {"CR046", kError, "sync.schedule", schedule_wrong,
     "write five cron fields, such as */5 * * * *, or @every 10m"},
    {"CR047", kError, "parent.caBundle", parent_bundle_wrong,
     "give the CA's certificate with its BEGIN CERTIFICATE and END CERTIFICATE lines, for example by "
     "--set-file "
     "parent.caBundle=ca.crt"},
    {"CR050", kError, "pvc.storageRequest", storage_wrong, "write a size as Kubernetes does, such as 500Gi"},
    {"CR070", kError, "mode", mode_wrong, "set it to ReadOnly"},
}};

}  // namespace

std::vector<Finding> check(const Settings& settings) {
  std::vector<Finding> findings;
  for (const Rule& rule : kRules) {
    for (std::string& problem : rule.judge(settings)) {
      findings.push_back(
          {rule.id, rule.severity, std::string(rule.path), std::move(problem), std::string(rule.fix)});
    }
  }
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& left, const Finding& right) {
    return std::tie(left.id, left.path) < std::tie(right.id, right.path);
  });
  return findings;
}

std::string to_line(const Finding& finding) {
  std::string line(finding.id);
  line.append(" ").append(finding.path).append(": ").append(finding.message);
  line.append(". Fix: ").append(finding.fix).append(".");
  return line;
}

}  // namespace connected_registry::settings
