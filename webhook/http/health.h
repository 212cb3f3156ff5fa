// What kubelet and Prometheus ask: is the process alive, may it get requests, how is it doing.
#pragma once

#include <functional>

#include "base/result.h"
#include "http/message.h"
#include "metrics/registry.h"

namespace connected_registry::http {

// GET /healthz: 200 while the process answers. GET /readyz: 200 where `ready` succeeds, else 503 with its
// error's message. `ready` is called from many threads at once. GET /metrics: the registry's text; it
// outlives the routes.
Routes health_routes(std::function<Status()> ready, const metrics::Registry& metrics);

}  // namespace connected_registry::http
