// The routes POST /mutate and POST /validate. They turn the text of an AdmissionReview into the text of its
// response. No I/O.
#pragma once

#include <functional>
#include <memory>

#include "base/timestamp.h"
#include "contract/names.h"
#include "http/message.h"
#include "inject/rendered_policy.h"
#include "metrics/registry.h"

namespace connected_registry::admission {

// Access to the current policy. The function is called for each request, also from several threads at the
// same time, and may return nullptr.
struct CurrentState {
  names::Installation installation;
  std::function<std::shared_ptr<const inject::RenderedPolicy>()> policy;
  Clock clock = system_now;
};

// Returns the routes. A body that is not an AdmissionReview gets a response 400 with the reason. `metrics`
// must outlive the routes. It receives the number of requests by result and their durations.
http::Routes admission_routes(CurrentState current, metrics::Registry& metrics);

}  // namespace connected_registry::admission
