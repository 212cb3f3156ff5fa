// Checks the TLS material of a server as its clients (OpenSSL, Go) will. The rules, the controller and the
// certificate watcher all ask here, so that none of them accepts what another refuses.
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

// The PEM of each part, or the reason why there is none. An empty text and kNotFound mean that the part is
// missing; any other error, that its base64 could not be decoded.
struct ServerPem {
  Result<std::string> certificate;
  Result<std::string> key;
  Result<std::string> authority;
};

struct ServerRequirements {
  std::string address = {};                 // a SAN of type IP has to equal it; empty: any
  std::vector<std::string> dns_names = {};  // SANs of type DNS that have to be there
  TimePoint now;
  // Without it, ca.crt may be missing where the last certificate of tls.crt is a CA or signs itself.
  bool authority_required = false;
};

// The parsed parts.
struct ServerMaterial {
  Certificate leaf;
  std::vector<Certificate> intermediates;
  PrivateKey key;
  std::vector<Certificate> authorities;  // of ca.crt, else the last of the chain; never empty
};

struct Inspection {
  std::vector<Problem> problems;
  std::optional<ServerMaterial> material;  // whenever all parts can be read, with problems or without
};

// Returns all problems of the material at `now`. A certificate is valid from not_before through not_after,
// both included (RFC 5280, section 4.1.2.5), its CA's likewise. The chain of one that is not valid now is
// verified at the nearest time at which it is. It is not verified where the certificate or the CA cannot be
// read.
Inspection inspect_server_material(const ServerPem& pem, const ServerRequirements& required);

// Returns the material where no problem is an error. Else kInvalidArgument, which names all errors, each with
// its part: "tls.key: it does not belong to the certificate in tls.crt".
Result<ServerMaterial> check_server_material(const ServerPem& pem, const ServerRequirements& required);

// The same of an inspection that was made before.
Status check_problems(const std::vector<Problem>& problems);

}  // namespace connected_registry::x509
