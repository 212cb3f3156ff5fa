// POST /validate: the Secrets with the settings and with certificates. Pure: no I/O, no lock.
#pragma once

#include "admission/review.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "settings/settings.h"

namespace connected_registry::admission {

// Decides about a request for /validate: the settings Secret, the Secret that the registry mounts, and the
// Secret of tls.secret. An error of the catalogue denies the request (code 422, one line for each error with
// its id and fix); a warning of the catalogue is a warning of the response. Each Secret is checked by its own
// content, and a certificate also against the address of `settings`, which is nullptr while there are none.
//
// Allowed without a check: a deletion, with a warning; an update that leaves the content as it is; and
// settings of another form version, with a warning, since during an upgrade the old webhook is sent the new
// version's settings.
AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           const settings::Settings* settings, TimePoint now);

}  // namespace connected_registry::admission
