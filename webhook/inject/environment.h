// The environment variables that affect the trust of a container in the registry.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace connected_registry::inject {

struct Variable {
  std::string_view name;
  std::string_view value;
};
// The variables that injection adds. Both add CAs to the CAs that a client trusts already. SSL_CERT_DIR
// replaces the list of directories that Go and OpenSSL read, so its value begins with the usual directories.
// Injection does not add SSL_CERT_FILE and similar variables, because they replace the file with the trusted
// CAs.
inline constexpr std::array<Variable, 2> kVariables{{
    {"SSL_CERT_DIR", "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs"},
    {"NODE_EXTRA_CA_CERTS", "/etc/connected-registry/certs/ca.crt"},
}};

// Variables that replace the CAs that a client trusts. If the user sets one of them, the client does not
// read the registry's CA.
inline constexpr std::array<std::string_view, 2> kReplacingVariables = {"CURL_CA_BUNDLE",
                                                                        "REQUESTS_CA_BUNDLE"};

// The proxy variables. Some programs read the spelling in upper case, others the spelling in lower case.
inline constexpr std::array<std::string_view, 4> kProxyVariables = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                                                                    "all_proxy"};
inline constexpr std::array<std::string_view, 2> kNoProxyVariables = {"NO_PROXY", "no_proxy"};

// All variables above. Injection ignores all other variables.
inline constexpr auto kRelevantVariables = [] {
  std::array<std::string_view, kVariables.size() + kReplacingVariables.size() + kProxyVariables.size() +
                                   kNoProxyVariables.size()>
      all{};
  std::size_t size = 0;
  for (const Variable& each : kVariables) all.at(size++) = each.name;
  for (const std::string_view each : kReplacingVariables) all.at(size++) = each;
  for (const std::string_view each : kProxyVariables) all.at(size++) = each;
  for (const std::string_view each : kNoProxyVariables) all.at(size++) = each;
  return all;
}();

// A relevant variable that the container sets itself.
struct OwnVariable {
  std::string_view name;
  std::string_view value;          // empty if the pod does not contain the value
  bool is_from_elsewhere = false;  // the value is set by valueFrom
};

// Returns the relevant variables of the container's env in the order of env. Most containers have no
// relevant variable.
std::vector<OwnVariable> own_variables(const json::Value& container);

}  // namespace connected_registry::inject
