// POST /validate for the Secrets with the settings and with certificates. Pure function: no I/O, no lock.
#pragma once

#include <string_view>

#include "admission/review.h"
#include "base/timestamp.h"
#include "contract/names.h"

namespace connected_registry::admission {

// Returns the response to a request for /validate. Checks the settings Secret, the Secret that the registry
// mounts, and the Secret of tls.secret. The findings come from the catalogue of rules (settings/finding.h).
// If at least one finding is an error, the request is denied with code 422. The message then has one line for
// each error, with the id of the rule and the fix. Each finding that is a warning becomes a warning of the
// response. The check of a Secret does not read other Secrets. The check of a certificate also compares
// the certificate with `address`, the address of the registry. `address` is empty while the
// address is not known.
//
// Three requests are admitted without a check: a deletion, with a warning; an update that does not change the
// content; and settings whose formVersion is not settings::kFormVersion, with a warning. The third exception
// is necessary because, during an upgrade, the old webhook receives the settings of the new version.
AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           std::string_view address, TimePoint now);

}  // namespace connected_registry::admission
