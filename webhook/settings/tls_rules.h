// The rules about a certificate of the user's own (CR013, CR030 to CR038), which comes from tls.crt, tls.key
// and tls.cacrt or from the Secret that tls.secret names.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"
#include "x509/server_material.h"

namespace connected_registry::settings {

// Returns the PEM of tls.crt, tls.key and tls.cacrt. The error of a part says what it is instead of the
// base64 of PEM.
x509::ServerPem decode_tls(const Settings& settings);

// Checks tls.* as values: what is missing (CR013), what is not PEM (CR030), what the registry could not serve
// with (CR031 to CR037). Finds nothing where none of the three is given. Not sorted.
std::vector<Finding> check_tls_values(const Settings& settings, TimePoint now);

// Says if a Secret has to hold ca.crt, or may leave it out where tls.crt holds the chain up to the CA.
enum class Authority { kRequired, kOptional };

// Checks a Secret with the keys tls.crt, tls.key and ca.crt. The findings are about "Secret NAME". An empty
// address leaves CR032 out. Not sorted.
std::vector<Finding> check_tls_secret(const json::Value& secret, std::string_view address, TimePoint now,
                                      Authority authority = Authority::kRequired);

}  // namespace connected_registry::settings
