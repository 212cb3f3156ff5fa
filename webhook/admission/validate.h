// POST /validate for the Secrets with the settings and with certificates. Pure function: no I/O, no lock.
#pragma once

#include "admission/review.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "settings/settings.h"

namespace connected_registry::admission {

// Returns the response to a request for /validate. Checks the settings Secret, the Secret that the registry
// mounts, and the Secret of tls.secret. An error of the catalogue denies the request with code 422 and one
// line for each error, with its id and fix. A warning of the catalogue becomes a warning of the response.
// Each Secret is checked by its own content. A certificate is also checked against the address in `settings`,
// which is nullptr while there are no settings.
//
// Three requests are admitted without a check: a deletion, with a warning; an update that does not change the
// content; and settings of another form version, with a warning. The last is necessary because, during an
// upgrade, the old webhook receives the settings of the new version.
AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           const settings::Settings* settings, TimePoint now);

}  // namespace connected_registry::admission
