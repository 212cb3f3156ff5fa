// What the API server asks: the bytes of an AdmissionReview in, the bytes of its response out. No I/O, no
// lock.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "inject/policy.h"
#include "kube/admission_review.h"
#include "server/http_message.h"

namespace connected_registry::server {

// Pods that are created and debug containers that are added get the registry's CA; all else is admitted as it
// is. A pod that is not what the API defines is denied with a 400. `policy` is nullptr while there are no
// settings: then all is admitted, with a warning.
kube::AdmissionResponse mutate(const kube::AdmissionRequest& request, const inject::Policy* policy);

// The settings Secret: errors of the catalogue deny it (422, a line each with id and fix), warnings are
// shown. An update that leaves settings.json as it is passes, and settings of another form version pass with
// a warning: at an upgrade the webhook of the old version judges those of the new. A deletion passes, with a
// warning.
kube::AdmissionResponse validate(const kube::AdmissionRequest& request);

// Gives the policy of the moment, or nullptr. Called for each request, from many threads at once.
using CurrentPolicy = std::function<std::shared_ptr<const inject::Policy>()>;

// POST /mutate and /validate. A body that is no AdmissionReview is a 400 whose text says what is wrong with
// it.
Routes admission_routes(CurrentPolicy policy);

}  // namespace connected_registry::server
