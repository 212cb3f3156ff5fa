// Reads certificates as strictly as Go's crypto/x509, which containerd, CRI-O, podman and Docker use. Go
// refuses certificates that OpenSSL accepts, for example those with a brainpool key or a negative serial
// number. Internal to this module.
#pragma once

#include <string_view>

#include "base/result.h"
#include "x509/certificate_profile.h"

namespace connected_registry::x509 {

// Reads a certificate. Fails with kInvalidArgument and the reason if Go refuses it in any place of a chain:
// it is not DER, an extension is malformed or critical and not supported, or its key is not one of RSA of at
// most 8,192 bits, P-256, P-384, P-521 and Ed25519. Stricter than Go in these points: times have the forms of
// RFC 5280 (section 4.1.2.5), URI names have a plain form without "%" and a port, and keys and signatures
// have no unused bits.
Result<CertificateProfile> read_profile(std::string_view der);

}  // namespace connected_registry::x509
