// What all connections of a server share.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>

#include "http/memory_budget.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "metrics/registry.h"

namespace connected_registry::http {

using Deadline = std::chrono::steady_clock::time_point;

// How long a client may take for each, from its beginning: what trickles in gains no time.
struct Timeouts {
  std::chrono::milliseconds handshake{10'000};
  // API servers drop idle connections after 90 s: they must be first, or they send into a closing one.
  std::chrono::milliseconds idle{120'000};
  std::chrono::milliseconds head{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
  // For the first request of a connection that was made just before the server closes.
  std::chrono::milliseconds first{1'000};
  // For a client to read the last answer and close.
  std::chrono::milliseconds end{2'000};
};

enum class Phase {
  kServing,
  kLeaving,  // answers tell clients to go elsewhere
  kClosing,  // connections that have had their answers close
};

// What is counted of a server.
struct ServerMetrics {
  metrics::Gauge connections;
  metrics::Counter accepted;
  metrics::Counter failed_handshakes;
  metrics::Counter requests;
  metrics::Counter refused;  // by the gate or for being late
  metrics::Counter shed;     // for want of memory
  metrics::Counter evicted;  // connections closed to make room

  // Counts under the label server="NAME".
  static ServerMetrics of(metrics::Registry& registry, const std::string& name);
};

// Thread-safe. Outlives its connections.
struct Service {
  Routes routes;
  RequestLimits rules;
  Timeouts timeouts;
  ServerMetrics metrics;
  MemoryBudget budget;
  std::atomic<Phase> phase{Phase::kServing};
};

}  // namespace connected_registry::http
