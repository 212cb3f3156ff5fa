// The parts of a certificate that clients verify. Internal to this module.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

}  // namespace connected_registry::x509
