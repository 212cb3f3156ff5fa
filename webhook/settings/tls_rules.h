// The rules about a certificate of the user's own (CR013, CR030 to CR038): from tls.crt, tls.key and
// tls.cacrt, or from the Secret that tls.secret names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/timestamp.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

// PEM. `authority` may be empty where the certificate's own chain ends in a CA.
struct TlsPem {
  std::string certificate;
  std::string key;
  std::string authority;
};

// Of tls.crt, tls.key and tls.cacrt, decoded. Adds CR030 for what is no base64 of PEM; that part is empty
// then.
TlsPem decode_tls(const Settings& settings, std::vector<Finding>& findings);

// tls.* as values: what is missing (CR013), what is no PEM (CR030), what the registry could not serve with
// (CR031 to CR037). Nothing where none of the three is given. Not sorted.
std::vector<Finding> check_tls_values(const Settings& settings, TimePoint now);

// Whether a Secret has to hold ca.crt, or may leave it out where tls.crt holds the chain up to the CA.
enum class Authority { kRequired, kOptional };

// A Secret with the keys tls.crt, tls.key and ca.crt, as the API has it. Findings are about "Secret NAME". An
// empty address leaves CR032 out.
std::vector<Finding> check_tls_secret(const json::Value& secret, std::string_view address, TimePoint now,
                                      Authority authority = Authority::kRequired);

}  // namespace connected_registry::settings
