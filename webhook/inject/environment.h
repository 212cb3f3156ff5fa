// The environment variables that decide whether a container trusts the registry.
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
// The variables that injection adds. Both extend what a client trusts. SSL_CERT_DIR replaces the list of
// directories of Go and OpenSSL, so it begins with the usual directories. SSL_CERT_FILE and similar variables
// would replace the trusted file itself.
inline constexpr std::array<Variable, 2> kVariables{{
    {"SSL_CERT_DIR", "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs"},
    {"NODE_EXTRA_CA_CERTS", "/etc/connected-registry/certs/ca.crt"},
}};

// Variables by which a user replaces what a client trusts, so that the client does not see the registry's CA.
inline constexpr std::array<std::string_view, 2> kReplacingVariables = {"CURL_CA_BUNDLE",
                                                                        "REQUESTS_CA_BUNDLE"};

// Programs differ in which spelling they read.
inline constexpr std::array<std::string_view, 4> kProxyVariables = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                                                                    "all_proxy"};
inline constexpr std::array<std::string_view, 2> kNoProxyVariables = {"NO_PROXY", "no_proxy"};

// All of the above. Injection ignores every other variable.
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
  std::string_view value;          // empty where the pod does not hold it
  bool is_from_elsewhere = false;  // valueFrom
};

// Returns the relevant variables of the container's env, in its order. Most containers have none.
std::vector<OwnVariable> own_variables(const json::Value& container);

}  // namespace connected_registry::inject
