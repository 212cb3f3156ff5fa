// The paths that kubelet and Prometheus request.
#pragma once

#include <functional>

#include "base/result.h"
#include "http/message.h"
#include "metrics/registry.h"

namespace connected_registry::http {

// Returns the routes GET /healthz (200 as long as the process answers), GET /readyz (200 where `ready`
// succeeds, else 503 with its error's message) and GET /metrics (the registry's text). `ready` is called from
// many threads at once. `metrics` outlives the routes.
Routes health_routes(std::function<Status()> ready, const metrics::Registry& metrics);

}  // namespace connected_registry::http
