#include "settings/rules.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "settings/address.h"
#include "settings/connection_string.h"
#include "settings/grammar.h"
#include "settings/quoted.h"
#include "settings/tls_rules.h"
#include "x509/certificate.h"

namespace connected_registry::settings {
namespace {

// What is wrong with the value seen; no full stop.
using Problems = std::vector<std::string>;

Problems when(bool wrong, std::string_view problem) {
  return wrong ? Problems{std::string(problem)} : Problems{};
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
  return when(certificate_source(settings) == CertificateSource::kNone,
              "nothing would give the registry a certificate");
}

Problems own_certificate_unused(const Settings& settings) {
  return when(settings.tls.given() && (settings.cert_manager_enabled || settings.cert_manager_install),
              "a certificate is given, while cert-manager is to issue one");
}

Problems certificate_twice(const Settings& settings) {
  return when(!settings.tls.secret.empty() && settings.tls.has_values(),
              "tls.crt, tls.key or tls.cacrt is given as well");
}

Problems secret_name_wrong(const Settings& settings) {
  const std::string& name = settings.tls.secret;
  return when(!name.empty() && !is_object_name(name), quoted(name) + " is not the name of a Secret");
}

Problems plain_http_with_certificates(const Settings& settings) {
  return when(!settings.https_enabled && (settings.cert_manager_enabled || settings.tls.given()),
              "a certificate is configured, while the registry would serve plain HTTP");
}

Problems plain_http(const Settings& settings) {
  return when(!settings.https_enabled,
              "HTTP is not encrypted: whoever is on the network can read and change what is pulled");
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
  return when(settings.connection_string.empty() && settings.connection_string_secret.empty() &&
                  !settings.sync_repositories.empty(),
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

Problems connection_twice(const Settings& settings) {
  return when(!settings.connection_string.empty() && !settings.connection_string_secret.empty(),
              "connectionString is given as well");
}

Problems storage_wrong(const Settings& settings) {
  return when(!is_positive_quantity(settings.storage_request),
              quoted(settings.storage_request) + " is not a positive quantity");
}

Problems mode_wrong(const Settings& settings) {
  return when(settings.mode != "ReadOnly" && settings.mode != "ReadWrite",
              quoted(settings.mode) + " is no mode");
}

Problems extra_hosts_wrong(const Settings& settings) {
  Problems problems;
  for (const std::string& host : settings.extra_hosts) {
    if (!is_image_host(host)) {
      problems.push_back(quoted(host) + " is not a host as image references write it");
    }
  }
  return problems;
}

struct Judge {
  std::string_view id;
  Problems (*judge)(const Settings& settings);
};

// Those about tls.* are in tls_rules.h, those about the values' form (CR061 to CR065) where the values are
// read.
constexpr std::array<Judge, 23> kJudges{{
    {"CR001", address_missing},
    {"CR002", address_wrong},
    {"CR010", cert_manager_unused},
    {"CR011", own_certificate_unused},
    {"CR012", certificate_twice},
    {"CR014", certificate_unsourced},
    {"CR015", plain_http_with_certificates},
    {"CR016", plain_http},
    {"CR020", trust_left_to_user},
    {"CR021", selectors_disagree},
    {"CR039", secret_name_wrong},
    {"CR040", connection_incomplete},
    {"CR041", registry_name_wrong},
    {"CR042", protocol_wrong},
    {"CR043", endpoint_wrong},
    {"CR044", parent_missing},
    {"CR045", repositories_wrong},
    {"CR046", schedule_wrong},
    {"CR047", parent_bundle_wrong},
    {"CR048", connection_twice},
    {"CR050", storage_wrong},
    {"CR070", mode_wrong},
    {"CR080", extra_hosts_wrong},
}};

}  // namespace

std::vector<Finding> check(const Settings& settings, TimePoint now) {
  std::vector<Finding> findings = check_tls_values(settings, now);
  for (const Judge& rule : kJudges) {
    for (std::string& problem : rule.judge(settings)) findings.push_back(found(rule.id, std::move(problem)));
  }
  const std::string& secret = settings.connection_string_secret;
  if (!secret.empty() && !is_object_name(secret)) {
    findings.push_back(
        found("CR039", "connectionStringSecret", quoted(secret) + " is not the name of a Secret"));
  }
  sort(findings);
  return findings;
}

std::vector<Finding> check_connection_string(std::string_view text) {
  if (text.empty()) return {found("CR040", "it is empty")};
  Settings settings;
  settings.connection_string = text;
  std::vector<Finding> findings;
  for (const Judge& rule : kJudges) {
    if (rule.id < "CR040" || rule.id > "CR043") continue;
    for (std::string& problem : rule.judge(settings)) findings.push_back(found(rule.id, std::move(problem)));
  }
  sort(findings);
  return findings;
}

std::vector<Finding> check_change(const Settings& from, const Settings& to) {
  std::vector<Finding> findings;
  const auto before = quantity_value(from.storage_request);
  const auto after = quantity_value(to.storage_request);
  if (before && after && *after < *before) {
    findings.push_back(
        found("CR052", quoted(to.storage_request) + " is less than " + quoted(from.storage_request)));
  }
  return findings;
}

}  // namespace connected_registry::settings
