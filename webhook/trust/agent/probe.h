// Asks whether the registry answers; over TLS, with a certificate that a client with our bundle accepts.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "contract/registry_document.h"

namespace connected_registry::trust {

struct ProbeRequest {
  contract::RegistryDocument registry;
  std::string bundle;  // PEM: the only certificates that count; the machine's own store is not asked
  std::chrono::milliseconds timeout{5'000};  // of each step: connect, a read, a write
};

// For Scheme::kHttps first a TLS handshake (1.2 or newer) in which the server's certificate verifies up to
// the bundle and has the address as an IP SAN, then GET /v2/ (the base of the OCI distribution protocol). Any
// answer below 500 is one: a registry that asks for a password is there. Errors: kUnavailable and kTimeout
// where nobody answers, kUnauthenticated where the certificate does not verify, kInvalidArgument where the
// bundle cannot be read. Returns the CA that verified it, for people: its subject and the start of its
// SHA-256; empty for plain HTTP.
Result<std::string> probe(const ProbeRequest& request);

}  // namespace connected_registry::trust
