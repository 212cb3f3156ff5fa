// One client: its handshake, its requests one after another, its end.
#pragma once

#include <atomic>
#include <chrono>

#include "server/http_message.h"
#include "server/request_gate.h"
#include "server/wire.h"

namespace connected_registry::server {

// How long a client may take. A head or a body that trickles in counts from its first byte.
struct Timeouts {
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds idle{
      120'000};  // API servers drop idle connections after 90 s: they must be first
  std::chrono::milliseconds head{10'000};
  std::chrono::milliseconds body{30'000};
  std::chrono::milliseconds write{30'000};
};

enum class Phase {
  kServing,
  kLeaving,  // answers tell clients to go elsewhere
  kClosing,  // idle connections close
};

// What all connections of a server share. Thread-safe.
struct Service {
  Routes routes;
  GateRules rules;
  Timeouts timeouts;
  std::atomic<Phase> phase{Phase::kServing};
  Descriptor closing;  // an eventfd: readable from kClosing on
};

// Told when the connection waits for its next request, and when it no longer does.
using IdleMark = std::function<void(bool idle)>;

// Serves until the client or the service is done, or somebody shuts the socket down.
void serve_connection(Wire& wire, const Service& service, const IdleMark& mark_idle);

}  // namespace connected_registry::server
