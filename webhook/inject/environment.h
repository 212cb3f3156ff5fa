// What a container's own variables have to do with trust in the registry.
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
// Both add to what a client trusts. The usual directories come first in SSL_CERT_DIR, since it replaces Go's
// and OpenSSL's list of directories; SSL_CERT_FILE and its kin would replace the trusted file itself.
inline constexpr std::array<Variable, 2> kVariables{{
    {"SSL_CERT_DIR", "/etc/ssl/certs:/etc/pki/tls/certs:/etc/connected-registry/certs"},
    {"NODE_EXTRA_CA_CERTS", "/etc/connected-registry/certs/ca.crt"},
}};

// A user's own of these keep a client from the registry's CA: they replace what it trusts.
inline constexpr std::array<std::string_view, 2> kReplacingVariables = {"CURL_CA_BUNDLE",
                                                                        "REQUESTS_CA_BUNDLE"};

// Programs differ in which spelling they read.
inline constexpr std::array<std::string_view, 4> kProxyVariables = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                                                                    "all_proxy"};
inline constexpr std::array<std::string_view, 2> kNoProxyVariables = {"NO_PROXY", "no_proxy"};

// All of them: no other variable of a container matters.
inline constexpr auto kHeededVariables = [] {
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

// One that a container sets.
struct OwnVariable {
  std::string_view name;
  std::string_view value;          // empty where it is not in the pod
  bool is_from_elsewhere = false;  // valueFrom
};

// Those of the container's env that have one of the names above, in its order. Most containers have none.
std::vector<OwnVariable> own_variables(const json::Value& container);

}  // namespace connected_registry::inject
