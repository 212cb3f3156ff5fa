// The trust agent's probe of the registry.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "contract/registry_document.h"

namespace connected_registry::trust {

struct ProbeRequest {
  contract::RegistryDocument registry;
  std::string bundle;  // PEM: the only trusted CAs; the machine's own store does not count
  std::chrono::milliseconds timeout{5'000};  // of the whole probe, however the server spends the time
};

// Checks that the registry answers, over TLS with a certificate that a client with the bundle accepts. For
// Scheme::kHttps a TLS handshake (1.2 or newer) comes first, in which the server's certificate verifies up to
// the bundle and has the address as an IP SAN; then GET /v2/ (the base of the OCI distribution protocol). Any
// status below 500 is an answer: a registry that asks for a password is there. Returns the CA that verified
// the certificate, for people: its subject and the start of its SHA-256; empty for plain HTTP. Errors:
// kUnavailable and kTimeout where nothing answers, kUnauthenticated where the certificate does not verify,
// kInvalidArgument where the bundle or the address cannot be read.
Result<std::string> probe(const ProbeRequest& request);

}  // namespace connected_registry::trust
