#include "http/server_state.h"

namespace connected_registry::http {

std::chrono::milliseconds Timeouts::of(Stage stage) const {
  switch (stage) {
    case Stage::kHandshake:
      return handshake;
    case Stage::kIdle:
      return idle;
    case Stage::kFirst:
      return first;
    case Stage::kHead:
      return head;
    case Stage::kBody:
      return body;
    case Stage::kWrite:
      return write;
    default:
      return linger;
  }
}

ServerMetrics ServerMetrics::of(metrics::Registry& registry, const std::string& name) {
  const metrics::Labels labels{{"server", name}};
  return {
      .connections = registry.gauge("connected_registry_http_connections", "Open connections", labels),
      .accepted =
          registry.counter("connected_registry_http_connections_total", "Connections accepted", labels),
      .failed_handshakes =
          registry.counter("connected_registry_http_handshakes_failed_total",
                           "Connections that ended before the TLS handshake was complete", labels),
      .requests = registry.counter("connected_registry_http_requests_total", "Requests answered", labels),
      .refused = registry.counter("connected_registry_http_requests_refused_total",
                                  "Requests that broke a limit of the server or came too slowly", labels),
      .shed = registry.counter("connected_registry_http_requests_shed_total",
                               "Requests answered 503 because memory was short", labels),
      .evicted = registry.counter("connected_registry_http_connections_evicted_total",
                                  "Connections closed to make room for new ones", labels),
  };
}

}  // namespace connected_registry::http
