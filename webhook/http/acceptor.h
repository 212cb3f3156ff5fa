// The thread that accepts connections and ends connections whose deadline has passed.
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
    const CertificateProvider* certificate = nullptr;  // nullptr: plain HTTP
    std::size_t max_connections = 0;
  };

  // `server` and `table` must outlive the Acceptor. `wake` is an eventfd.
  Acceptor(const Options& options, Listener listener, Descriptor wake, ServerState& server,
           ConnectionTable& table);

  // Runs until stop() is called. In Phase::kClosing, run() closes the listener and idle connections.
  void run();
  // Makes run() read the phase again. Thread-safe.
  void wake() const;
  // Makes run() return. Thread-safe.
  void stop();

  int port() const { return listener_.port; }

 private:
  void wait();
  void accept_some();
  bool make_room();
  bool accept_one();
  void handle_accept_error(int error);
  void expire_overdue();
  void close_idle();
  int milliseconds_to_wait() const;

  const Options options_;
  Listener listener_;
  const Descriptor wake_;
  ServerState& server_;
  ConnectionTable& table_;
  WorkerContext worker_;
  const std::chrono::milliseconds tick_;  // maximum delay after a deadline
  std::atomic<bool> ending_{false};
  // Only the thread of run() uses the following members.
  bool may_accept_ = true;  // false after an error that the next accept() would repeat
  int last_error_ = 0;
  bool was_full_ = false;
};

}  // namespace connected_registry::http
