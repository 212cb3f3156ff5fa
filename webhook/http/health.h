// The paths for kubelet and Prometheus.
#pragma once

#include <functional>

#include "base/result.h"
#include "http/message.h"
#include "metrics/registry.h"

namespace connected_registry::http {

// Returns three routes. GET /healthz: 200 while the process works. GET /readyz: 200 if `ready` succeeds,
// otherwise 503 with the error's message. GET /metrics: the text of the metrics registry. `ready` is called
// from several threads at the same time. `metrics` must outlive the routes.
Routes health_routes(std::function<Status()> ready, const metrics::Registry& metrics);

}  // namespace connected_registry::http
