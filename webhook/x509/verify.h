// Judges certificates the way the clients of the registry will (OpenSSL, Go): used before anything is served
// or trusted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace connected_registry::x509 {

// A server's TLS material, parsed: the leaf, what it sent along, its key, and the CA that clients are to
// trust.
struct ServerMaterial {
  Certificate leaf;
  std::vector<Certificate> intermediates;
  PrivateKey key;
  std::vector<Certificate> authorities;  // of ca.crt; where that is empty, the chain's own
};

// RFC 5280's path validation for server authentication at a time, as clients of the registry do it. As Go
// does, whatever is in `authorities` is trusted. The error says which certificate fails and why.
Status verify_chain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                    const std::vector<Certificate>& authorities, TimePoint now);

// Parses tls.crt, tls.key and ca.crt (which may be empty: the last of tls.crt stands in) and checks all that
// makes a pair unusable: the key belongs to the leaf, an IP SAN equals `address`, it is valid at `now`, it
// verifies up to `authorities` for server authentication (a leaf that is its own CA counts). The error names
// the file and the reason ("tls.crt: no IP SAN equals 192.100.100.1 (it has 10.0.0.1)").
Result<ServerMaterial> check_server_material(std::string_view tls_crt, std::string_view tls_key,
                                             std::string_view ca_crt, std::string_view address,
                                             TimePoint now);

}  // namespace connected_registry::x509
