// What is said to the API server's questions. Pure: no I/O, no lock.
#pragma once

#include "admission/review.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "inject/rendered_policy.h"
#include "settings/settings.h"

namespace connected_registry::admission {

// Pods that are created and debug containers that are added get the registry's CA; all else is admitted as it
// is. A pod that is not what the API defines is denied with a 400. `policy` is nullptr while there are no
// settings: then all is admitted, with a warning.
AdmissionResponse mutate(const AdmissionRequest& request, const inject::RenderedPolicy* policy);

// The settings Secret, the Secret that the registry mounts, and the one that tls.secret names: errors of the
// catalogue deny it (422, a line each with id and fix), warnings are shown. Each is judged by its own
// content, one with a certificate for the address in force. An update that leaves the content as it is
// passes, and settings of another form version pass with a warning: at an upgrade the webhook of the old
// version judges those of the new. A deletion passes, with a warning. `settings` is nullptr while there are
// none yet.
AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           const settings::Settings* settings, TimePoint now);

}  // namespace connected_registry::admission
