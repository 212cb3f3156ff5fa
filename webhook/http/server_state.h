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

// The time that a client has for each stage, from its beginning: single bytes that trickle in do not extend
// it.
struct Timeouts {
  std::chrono::milliseconds handshake{10'000};
  // API servers close idle connections after 90 s. They must be first, or they send into a closing
  // connection.
  std::chrono::milliseconds idle{120'000};
  std::chrono::milliseconds head{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  // For the first request of a connection that was accepted just before the server closes.
  std::chrono::milliseconds first{1'000};
  // For a client to read the last response and close.
  std::chrono::milliseconds linger{2'000};

  std::chrono::milliseconds of(Stage stage) const;
};

enum class Phase {
  kServing,
  kDraining,  // each response tells its client to connect anew
  kClosing,   // connections close after their response
};

// A server's metrics; without a registry they count nothing.
struct ServerMetrics {
  metrics::Gauge connections;
  metrics::Counter accepted;
  metrics::Counter failed_handshakes;
  metrics::Counter requests;
  metrics::Counter refused;  // broke a limit or came too slowly
  metrics::Counter shed;     // memory was short
  metrics::Counter evicted;  // connections closed to make room

  // Registers the metrics with the label server="NAME".
  static ServerMetrics of(metrics::Registry& registry, const std::string& name);
};

// Outlives the connections. Thread-safe.
struct ServerState {
  Routes routes;
  RequestLimits limits;
  Timeouts timeouts;
  ServerMetrics metrics;
  MemoryBudget budget;
  std::atomic<Phase> phase{Phase::kServing};
};

}  // namespace connected_registry::http
