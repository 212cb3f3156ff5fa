// POST /mutate and /validate: the bytes of an AdmissionReview in, the bytes of its response out. No I/O.
#pragma once

#include <functional>
#include <memory>

#include "base/timestamp.h"
#include "contract/names.h"
#include "http/message.h"
#include "inject/rendered_policy.h"
#include "metrics/registry.h"
#include "settings/settings.h"

namespace connected_registry::admission {

// What is in force at the moment. Called for each request, from many threads at once; both may give nullptr.
struct InForce {
  names::Installation installation;
  std::function<std::shared_ptr<const inject::RenderedPolicy>()> policy;
  std::function<std::shared_ptr<const settings::Settings>()> settings;
  Clock clock = system_now;
};

// A body that is no AdmissionReview is a 400 whose text says what is wrong with it. Counts into `metrics`,
// which outlives the routes, how each was answered and how long that took.
http::Routes admission_routes(InForce in_force, metrics::Registry& metrics);

}  // namespace connected_registry::admission
