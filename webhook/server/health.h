// What kubelet asks: is the process alive, may it get requests.
#pragma once

#include <functional>

#include "base/result.h"
#include "server/http_message.h"

namespace connected_registry::server {

// GET /healthz: 200 while the process answers. GET /readyz: 200 where `ready` succeeds, else 503 with its
// error's message. `ready` is called from many threads at once.
Routes health_routes(std::function<Status()> ready);

}  // namespace connected_registry::server
