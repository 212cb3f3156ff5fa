// registry.json in the CA bundle's ConfigMap. It contains the registry's address for the agents on the nodes.
// It is not secret.
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
  bool frozen = false;  // agents must not change a file

  bool operator==(const RegistryDocument&) const = default;
};

// Returns {"formVersion":1,"address":"192.100.100.1","port":443}, with "scheme":"http" if there is no TLS,
// and "frozen":true if the installation is frozen.
std::string render_registry_document(const RegistryDocument& document);

// Parses a document. The address must be an IP address in its canonical form, because directories on the node
// are named after it. All errors are kInvalidArgument.
Result<RegistryDocument> parse_registry_document(std::string_view text);

}  // namespace connected_registry::contract
