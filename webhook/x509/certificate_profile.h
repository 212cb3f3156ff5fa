// Reads certificates as strictly as Go's crypto/x509, which containerd, CRI-O, podman and Docker use. Go
// refuses certificates that OpenSSL accepts, for example those with a brainpool key or a negative serial
// number. Internal to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::x509 {

// The names in a subjectAltName extension.
struct SubjectNames {
  std::vector<std::string> dns;
  std::vector<std::string> emails;
  std::vector<std::string> uri_hosts;  // empty text: the URI has no host
  std::vector<std::string> addresses;  // 4 or 16 bytes each
  bool present = false;                // the certificate has the extension

  bool empty() const { return dns.empty() && emails.empty() && uri_hosts.empty() && addresses.empty(); }
};

// One half of a nameConstraints extension.
struct NameSubtrees {
  std::vector<std::string> dns;
  std::vector<std::string> emails;
  std::vector<std::string> uris;
  std::vector<std::string> ranges;  // an address and its mask, 8 or 32 bytes each
};

// The parts of a certificate that a client verifies. The views refer to the certificate's DER.
struct CertificateProfile {
  int version = 1;           // 1 to 3
  std::string_view issuer;   // DER of the name
  std::string_view subject;  // DER of the name
  // Go and OpenSSL both support the algorithm of the signature. Nobody verifies the signature of a trust
  // anchor.
  bool has_supported_signature = false;
  bool has_basic_constraints = false;
  bool is_ca = false;
  int path_length = -1;  // -1: not limited
  bool has_extended_key_usage = false;
  bool may_authenticate_servers = true;  // extended key usage: absent, serverAuth or any
  bool may_sign_certificates = true;     // key usage: absent or keyCertSign
  SubjectNames names;
  bool has_name_constraints = false;
  NameSubtrees permitted;
  NameSubtrees excluded;
};

// Reads a certificate. Fails with kInvalidArgument and the reason if Go refuses it in any place of a chain:
// it is not DER, an extension is malformed or critical and not supported, or its key is not one of RSA of at
// most 8,192 bits, P-256, P-384, P-521 and Ed25519. Stricter than Go in these points: times have the forms of
// RFC 5280 (section 4.1.2.5), URI names have a plain form without "%" and a port, and keys and signatures
// have no unused bits.
Result<CertificateProfile> read_profile(std::string_view der);

}  // namespace connected_registry::x509
