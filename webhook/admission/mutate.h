// POST /mutate for pods. Pure function: no I/O, no lock.
#pragma once

#include "admission/review.h"
#include "inject/rendered_policy.h"

namespace connected_registry::admission {

// Returns the response to a request for /mutate. Adds the registry's CA to new pods and new debug containers,
// and admits every other request unchanged. If a pod does not conform to the API, denies the request with
// code 400. `policy` is nullptr while there are no settings. New pods and debug containers are then admitted
// unchanged, with a warning.
AdmissionResponse mutate(const AdmissionRequest& request, const inject::RenderedPolicy* policy);

}  // namespace connected_registry::admission
