// The state that all connections of a server share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "http/memory_budget.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/wait.h"
#include "metrics/registry.h"

namespace connected_registry::http {

// The maximum time for each stage, counted from its start. Single bytes from the client do not extend it.
struct Timeouts {
  std::chrono::milliseconds handshake{10'000};
  // API servers close idle connections after 90 s. The server must wait longer. Otherwise, an API server may
  // send a request on a connection that the server is closing.
  std::chrono::milliseconds idle{120'000};
  std::chrono::milliseconds head{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  // Time for the first request of a connection that was accepted just before the server closes.
  std::chrono::milliseconds first{1'000};
  // Time for the client to read the last response and close the connection.
  std::chrono::milliseconds linger{2'000};

  std::chrono::milliseconds of(Stage stage) const;
};

enum class Phase {
  kServing,
  kDraining,  // each response tells the client to open a new connection
  kClosing,   // connections close after their response
};

// The metrics of a server. Without a metrics::Registry they do nothing.
struct ServerMetrics {
  metrics::Gauge connections;
  metrics::Counter accepted;
  metrics::Counter failed_handshakes;
  metrics::Counter requests;
  metrics::Counter refused;  // requests that exceeded a limit or arrived too slowly
  metrics::Counter shed;     // requests refused for lack of memory
  metrics::Counter evicted;  // connections closed to make room

  // Registers the metrics with the label server="NAME".
  static ServerMetrics of(metrics::Registry& registry, const std::string& name);
};

// The state of a server. It must outlive the connections. Thread-safe.
struct ServerState {
  Routes routes;
  RequestLimits limits;
  Timeouts timeouts;
  ServerMetrics metrics;
  MemoryBudget budget;
  std::atomic<Phase> phase{Phase::kServing};
};

}  // namespace connected_registry::http
