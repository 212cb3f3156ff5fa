// registry.json of the CA bundle's ConfigMap: where the registry is, for the agents on the nodes. Nothing
// secret.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::contract {

enum class Scheme { kHttps, kHttp };

struct RegistryDocument {
  std::string address;  // IPv4, or IPv6 without brackets
  int port = 443;
  Scheme scheme = Scheme::kHttps;

  bool operator==(const RegistryDocument&) const = default;
};

// {"formVersion":1,"address":"192.100.100.1","port":443}, and "scheme":"http" where there is no TLS
std::string render_registry_document(const RegistryDocument& document);

// The address becomes the name of directories on the node: anything but an IP address in its usual text is an
// error.
Result<RegistryDocument> parse_registry_document(std::string_view text);

}  // namespace connected_registry::contract
