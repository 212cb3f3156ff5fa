// The thread that lets connections in and sees to those that wait for too long.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>

#include "http/certificate_provider.h"
#include "http/connection_table.h"
#include "http/listener.h"
#include "http/server_state.h"
#include "http/worker_context.h"

namespace connected_registry::http {

class Acceptor {
 public:
  struct Options {
    const CertificateProvider* certificate = nullptr;  // nullptr: plain
    std::size_t max_connections = 0;
  };

  // `service` and `table` outlive it. `wake`: an eventfd.
  Acceptor(const Options& options, Listener listener, Descriptor wake, Service& service,
           ConnectionTable& table);

  // Works until stop(). In Phase::kClosing it closes the listener and idle connections.
  void run();
  // Thread-safe: the phase has changed.
  void wake() const;
  // Thread-safe: run() is to end.
  void stop();

  int port() const { return listener_.port; }

 private:
  void wait();
  void accept_some();
  bool has_room();
  bool accept_one();
  void trouble(int problem);
  void end_overdue();
  void close_idle();
  int milliseconds_to_wait() const;

  const Options options_;
  Listener listener_;
  const Descriptor wake_;
  Service& service_;
  ConnectionTable& table_;
  WorkerContext worker_;
  const std::chrono::milliseconds tick_;  // how exactly deadlines are kept
  std::atomic<bool> ending_{false};
  // The thread's own.
  bool may_accept_ = true;  // the listener is worth asking
  int last_problem_ = 0;
  bool was_full_ = false;
};

}  // namespace connected_registry::http
