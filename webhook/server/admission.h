// What the API server asks: the bytes of an AdmissionReview in, the bytes of its response out. No I/O, no
// lock.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/names.h"
#include "base/timestamp.h"
#include "inject/policy.h"
#include "kube/admission_review.h"
#include "server/http_message.h"
#include "settings/settings.h"

namespace connected_registry::server {

// Pods that are created and debug containers that are added get the registry's CA; all else is admitted as it
// is. A pod that is not what the API defines is denied with a 400. `policy` is nullptr while there are no
// settings: then all is admitted, with a warning.
kube::AdmissionResponse mutate(const kube::AdmissionRequest& request, const inject::Policy* policy);

// The settings Secret, the Secret that the registry mounts, and the one that tls.secret names: errors of the
// catalogue deny it (422, a line each with id and fix), warnings are shown. Each is judged by its own
// content, one with a certificate for the address in force. An update that leaves the content as it is
// passes, and settings of another form version pass with a warning: at an upgrade the webhook of the old
// version judges those of the new. A deletion passes, with a warning. `settings` is nullptr while there are
// none yet.
kube::AdmissionResponse validate(const kube::AdmissionRequest& request,
                                 const names::Installation& installation, const settings::Settings* settings,
                                 TimePoint now);

// What is in force at the moment. Called for each request, from many threads at once; both may give nullptr.
struct InForce {
  names::Installation installation;
  std::function<std::shared_ptr<const inject::Policy>()> policy;
  std::function<std::shared_ptr<const settings::Settings>()> settings;
  Clock clock = system_now;
};

// POST /mutate and /validate. A body that is no AdmissionReview is a 400 whose text says what is wrong with
// it.
Routes admission_routes(InForce in_force);

}  // namespace connected_registry::server
