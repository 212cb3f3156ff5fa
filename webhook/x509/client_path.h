// Verifies the paths of certificates with the rules of Go's crypto/x509 that OpenSSL does not have. Internal
// to this module.
#pragma once

#include <vector>

#include "base/result.h"
#include "x509/certificate.h"

namespace connected_registry::x509 {

// Verifies a path for server authentication. `path` contains the leaf first and the trust anchor last, as
// OpenSSL has verified it, and is not empty. Fails with kInvalidArgument, the reason and the subject of the
// certificate that Go refuses. Stricter than Go in these points: an email SAN or a URI SAN below a CA with
// name constraints must not be of a constrained type, and a wildcard DNS name must not be near an excluded
// domain.
Status verify_client_path(const std::vector<Certificate>& path);

}  // namespace connected_registry::x509
