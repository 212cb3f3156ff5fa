#include "server/health.h"

#include <utility>

namespace connected_registry::server {

Routes health_routes(std::function<Status()> ready) {
  return {
      {"/healthz", [](const HttpRequest&) { return HttpResponse{.body = "ok\n"}; }},
      {"/readyz",
       [ready = std::move(ready)](const HttpRequest&) {
         const Status status = ready();
         if (status) return HttpResponse{.body = "ok\n"};
         return HttpResponse{.status = 503, .body = "not ready: " + status.error().message + "\n"};
       }},
  };
}

}  // namespace connected_registry::server
