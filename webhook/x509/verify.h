// Validates certification paths (RFC 5280, section 6) as the clients of the registry do.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "x509/certificate.h"

namespace connected_registry::x509 {

// Validates the path from the leaf to one of `authorities` for server authentication at `now`. Trusts each
// member of `authorities`, CA or not, as Go does. Certificate::is_valid_at(now) must be true for each
// certificate on the path, so a certificate is still valid at its not_after. Both OpenSSL and Go must accept
// the path. Returns it: the leaf first, the trust anchor last. The error is the reason and the subject of the
// certificate that fails.
Result<std::vector<Certificate>> verify_chain(const Certificate& leaf,
                                              const std::vector<Certificate>& intermediates,
                                              const std::vector<Certificate>& authorities, TimePoint now);

}  // namespace connected_registry::x509
