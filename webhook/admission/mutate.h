// POST /mutate: pods. Pure: no I/O, no lock.
#pragma once

#include "admission/review.h"
#include "inject/rendered_policy.h"

namespace connected_registry::admission {

// Decides about a request for /mutate. New pods and new debug containers get the registry's CA; everything
// else is admitted unchanged. A pod that does not conform to the API is denied with code 400. `policy` is
// nullptr while there are no settings: then everything is admitted, with a warning.
AdmissionResponse mutate(const AdmissionRequest& request, const inject::RenderedPolicy* policy);

}  // namespace connected_registry::admission
