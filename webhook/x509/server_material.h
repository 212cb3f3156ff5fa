// Checks the TLS material of a server with the rules of its clients (OpenSSL, Go). The validation rules, the
// controller and the certificate watcher all use these functions, so that they accept the same material.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "x509/certificate.h"
#include "x509/private_key.h"
#include "x509/problem.h"

namespace connected_registry::x509 {

// The PEM of each part, or the reason why the part has no PEM. An empty text or kNotFound means that the part
// is missing. Any other error means that its base64 could not be decoded.
struct ServerPem {
  Result<std::string> certificate;
  Result<std::string> key;
  Result<std::string> authority;
};

struct ServerRequirements {
  std::string address = {};                 // a SAN of type IP must equal it; empty: no check
  std::vector<std::string> dns_names = {};  // the required SANs of type DNS
  TimePoint now;
  // If false, the last certificate of tls.crt can replace a missing ca.crt. It must then be a CA or
  // self-signed.
  bool authority_required = false;
};

// The parsed parts.
struct ServerMaterial {
  Certificate leaf;
  std::vector<Certificate> intermediates;
  PrivateKey key;
  // The CAs of ca.crt. If ca.crt is missing, the last certificate of tls.crt. Never empty.
  std::vector<Certificate> authorities;
};

struct Inspection {
  std::vector<Problem> problems;
  std::optional<ServerMaterial> material;  // set if all parts can be read, even if there are problems
};

// Returns all problems of the material at `required.now`. A certificate is valid from not_before through
// not_after, including both times (RFC 5280, section 4.1.2.5). The same applies to its CA. If the certificate
// is not valid now, its chain is verified at the nearest time at which the certificate is valid. The chain is
// not verified if the certificate or the CA cannot be read.
Inspection inspect_server_material(const ServerPem& pem, const ServerRequirements& required);

// Returns the material if no problem is an error. Otherwise fails with kInvalidArgument. The message contains
// all errors, each with its part: "tls.key: it does not belong to the certificate in tls.crt".
Result<ServerMaterial> check_server_material(const ServerPem& pem, const ServerRequirements& required);

// Checks the problems of an earlier inspection. Fails with the error described above if one of them is an
// error.
Status check_problems(const std::vector<Problem>& problems);

}  // namespace connected_registry::x509
