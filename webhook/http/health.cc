#include "http/health.h"

#include <utility>

namespace connected_registry::http {

Routes health_routes(std::function<Status()> ready, const metrics::Registry& metrics) {
  return {
      {"/healthz", [](const HttpRequest&) { return HttpResponse{.body = "ok\n"}; }},
      {"/readyz",
       [ready = std::move(ready)](const HttpRequest&) {
         const Status status = ready();
         if (status) return HttpResponse{.body = "ok\n"};
         return HttpResponse{.status = 503, .body = "not ready: " + status.error().message + "\n"};
       }},
      {"/metrics",
       [&metrics](const HttpRequest&) {
         return HttpResponse{.content_type = metrics::kTextType, .body = metrics.text()};
       }},
  };
}

}  // namespace connected_registry::http
