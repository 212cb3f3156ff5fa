#include "settings/parent_rules.h"

#include <algorithm>
#include <array>

#include "base/quoted.h"
#include "base/strings.h"
#include "net/endpoint.h"
#include "settings/connection_string.h"
#include "settings/grammar.h"
#include "settings/parent.h"
#include "settings/tag_expression.h"
#include "x509/certificate.h"

namespace connected_registry::settings {
namespace {

Problems connection_incomplete(const Settings& settings) {
  if (settings.connection_string.empty()) return {};
  return parse_connection_string(settings.connection_string).problems;
}

Problems managed_identity(const Settings& settings) {
  return when(parse_connection_string(settings.connection_string).has_managed_identity,
              "it has ManagedIdentityClientId, and a managed identity is not supported");
}

// Checks one value of a connection string that is given; CR040 reports one that is missing.
template <typename Predicate>
Problems connection_value(const Settings& settings, std::string ConnectionString::*value, Predicate accepts,
                          std::string_view problem) {
  if (settings.connection_string.empty()) return {};
  const ConnectionString connection = parse_connection_string(settings.connection_string);
  return when(!(connection.*value).empty() && !accepts(connection.*value), problem);
}

Problems registry_name_wrong(const Settings& settings) {
  return connection_value(settings, &ConnectionString::registry_name, is_registry_name,
                          "ConnectedRegistryName is not 5 to 50 letters and digits");
}

Problems protocol_wrong(const Settings& settings) {
  const auto is_https = [](std::string_view protocol) { return protocol == "https"; };
  return connection_value(settings, &ConnectionString::parent_protocol, is_https,
                          "ParentEndpointProtocol is not https");
}

Problems endpoint_wrong(const Settings& settings) {
  const auto is_endpoint = [](std::string_view text) { return net::Endpoint::parse(text).has_value(); };
  return connection_value(settings, &ConnectionString::parent_endpoint, is_endpoint,
                          "ParentGatewayEndpoint is not a host name or an address");
}

// Returns parent.url without its scheme and a slash at its end.
std::string_view parent_host(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (url.starts_with(kScheme)) url.remove_prefix(kScheme.size());
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

// Returns the host of an endpoint in lower case; an empty text if it is not an endpoint.
std::string host_of(std::string_view text) {
  const auto endpoint = net::Endpoint::parse(text);
  return endpoint ? lower(endpoint->host) : std::string();
}

// Reports whether a repository begins with the host of the parent or of a registry of Azure.
bool names_parent(std::string_view repository, const std::array<std::string, 2>& parents) {
  const std::size_t slash = repository.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view first = repository.substr(0, slash);
  // "team" may be a host, but more often is the first part of a name.
  if (first.find('.') == std::string_view::npos) return false;
  return is_azure_host(first) || std::find(parents.begin(), parents.end(), first) != parents.end();
}

Problems parent_missing(const Settings& settings) {
  return when(settings.connection_string.empty() && settings.connection_string_secret.empty() &&
                  settings.parent_url.empty() && !settings.sync_repositories.empty(),
              "there is no parent to bring them from");
}

Problems repositories_wrong(const Settings& settings) {
  const ConnectionString connection = parse_connection_string(settings.connection_string);
  const std::array<std::string, 2> parents = {host_of(connection.parent_endpoint),
                                              host_of(parent_host(settings.parent_url))};
  Problems problems;
  for (const std::string& repository : settings.sync_repositories) {
    if (names_parent(repository, parents)) {
      problems.push_back(quoted(repository) + " begins with the host of the parent");
      continue;
    }
    const bool tag_and_filter = settings.sync_filter_with_tag && repository.find(':') != std::string::npos;
    if (tag_and_filter || !is_repository(repository)) {
      problems.push_back(quoted(repository) + " is not NAME or NAME:TAG");
    }
  }
  return problems;
}

Problems expressions_wrong(const Settings& settings) {
  Problems problems;
  for (const std::string& expression : settings.sync_tag_expressions) {
    if (!is_tag_expression(expression)) {
      problems.push_back(quoted(expression) + " is not a regular expression that regsync can compile");
    }
  }
  return problems;
}

Problems parent_bundle_wrong(const Settings& settings) {
  if (settings.parent_ca_bundle.empty()) return {};
  const auto bundle = x509::parse_bundle(settings.parent_ca_bundle);
  if (!bundle) return {"it holds no PEM certificate that can be read"};
  Problems problems;
  for (const x509::Certificate& each : *bundle) {
    const std::string reason = each.unsupported();
    if (!reason.empty())
      problems.push_back("regsync cannot use the certificate of " + each.subject() + ": it " + reason);
  }
  return problems;
}

Problems connection_twice(const Settings& settings) {
  return when(!settings.connection_string.empty() && !settings.connection_string_secret.empty(),
              "connectionString is given as well");
}

Problems parent_url_wrong(const Settings& settings) {
  return when(!settings.parent_url.empty() && !net::Endpoint::parse(parent_host(settings.parent_url)),
              "it is not a host name or an address");
}

Problems parent_secret_alone(const Settings& settings) {
  return when(!settings.parent_secret.empty() && settings.parent_url.empty(),
              "it belongs to parent.url, which is not given");
}

constexpr std::array<RuleCheck, 12> kParentRules{{
    {"CR040", connection_incomplete},
    {"CR041", registry_name_wrong},
    {"CR042", protocol_wrong},
    {"CR043", endpoint_wrong},
    {"CR044", parent_missing},
    {"CR045", repositories_wrong},
    {"CR047", parent_bundle_wrong},
    {"CR048", connection_twice},
    {"CR072", parent_secret_alone},
    {"CR075", parent_url_wrong},
    {"CR076", expressions_wrong},
    {"CR077", managed_identity},
}};

}  // namespace

std::span<const RuleCheck> parent_rules() {
  return kParentRules;
}

bool is_about_connection_string(const RuleCheck& rule) {
  return (rule.id >= "CR040" && rule.id <= "CR043") || rule.id == "CR077";
}

}  // namespace connected_registry::settings
