// Reads the extensions of a certificate (RFC 5280, section 4.2) as strictly as Go's crypto/x509. Internal to
// this module.
#pragma once

#include <string>
#include <string_view>

#include "x509/certificate_profile.h"

namespace connected_registry::x509 {

struct Extension {
  std::string identifier;  // "2.5.29.17"
  bool critical = false;
  std::string_view value;  // DER
};

// Reads an extension into the profile. Returns why Go refuses the certificate; empty if it does not. Go
// ignores an extension that it does not know, unless the extension is critical.
std::string read_extension(const Extension& extension, CertificateProfile& profile);

// Returns true if each byte is below 0x80.
bool is_ascii(std::string_view text);

}  // namespace connected_registry::x509
