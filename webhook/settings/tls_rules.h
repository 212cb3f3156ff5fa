// The rules of the catalogue (finding.h) for a certificate that the user provides: CR013, CR030 to CR038. The
// user provides the certificate in tls.crt, tls.key and tls.cacrt, or in the Secret that tls.secret names.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"
#include "x509/server_material.h"

namespace connected_registry::settings {

// Decodes tls.crt, tls.key and tls.cacrt from base64 to PEM. Each part that cannot be decoded has an error
// that names the reason.
x509::ServerPem decode_tls(const Settings& settings);

// Checks tls.crt, tls.key and tls.cacrt: a part is missing (CR013), is not PEM (CR030), or is not usable by
// the registry (CR031 to CR037). Returns no finding if all three are empty. The result is not sorted.
std::vector<Finding> check_tls_values(const Settings& settings, TimePoint now);

// The rule for ca.crt in a Secret. kRequired: the Secret must contain ca.crt. kOptional: ca.crt may be
// missing if the last certificate of tls.crt is a CA or self-signed.
enum class Authority { kRequired, kOptional };

// Checks a Secret with the keys tls.crt, tls.key and ca.crt. The paths of the findings begin with "Secret
// NAME". CR032 is not checked if `address` is empty. The result is not sorted.
std::vector<Finding> check_tls_secret(const json::Value& secret, std::string_view address, TimePoint now,
                                      Authority authority = Authority::kRequired);

}  // namespace connected_registry::settings
