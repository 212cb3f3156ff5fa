// The trust agent's probe of the registry.
#pragma once

#include <chrono>
#include <string>

#include "base/result.h"
#include "contract/registry_document.h"

namespace connected_registry::trust {

struct ProbeRequest {
  contract::RegistryDocument registry;
  std::string bundle;  // PEM with the only trusted CAs; the machine's own CA store is not used
  std::chrono::milliseconds timeout{5'000};  // time limit of the whole probe
};

// Checks that the registry answers. For Scheme::kHttps, a client with the bundle must also accept the
// registry's certificate: in a TLS handshake (1.2 or later), the bundle must verify the certificate, and the
// certificate must contain the address as an IP SAN. Go's rules must accept the chain as well, because
// container runtimes are written in Go. The probe then sends GET /v2/ (the base path of the OCI distribution
// protocol). Every status below 500 is an answer, because a registry that requires a password also works.
// Returns a text for users about the CA that verified the certificate: its subject and the start of its
// SHA-256. The text is empty for plain HTTP. Errors: kUnavailable if the registry does not answer, or answers
// with a status of 500 or more; kTimeout if it does not answer within the time limit; kUnauthenticated if the
// certificate is not valid for the bundle and the address; kInvalidArgument if the bundle or the address
// cannot be parsed.
Result<std::string> probe(const ProbeRequest& request);

}  // namespace connected_registry::trust
