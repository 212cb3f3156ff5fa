// An epoll instance. Threads use it to wait for sockets that become ready.
#pragma once

#include <cstdint>

#include "base/descriptor.h"
#include "base/result.h"
#include "http/wait.h"

namespace connected_registry::http {

// Reports a socket once after each call of arm(), to one of the waiting threads. Thread-safe.
class Poller {
 public:
  // Number that identifies a socket. It is never kStop.
  using Id = std::uint64_t;
  static constexpr Id kStop = ~Id{0};

  static Result<Poller> make();

  // Adds a socket without arming it: at most one error of the socket is then reported. Returns false if the
  // kernel has no room for it.
  bool add(int socket, Id id) const;
  void arm(int socket, Id id, Wait::Event event) const;
  // Waits for the next ready socket and returns its Id, or kStop after stop().
  Id wait() const;
  // Makes wait() return kStop in all threads, immediately and in later calls.
  void stop() const;

 private:
  Poller(Descriptor epoll, Descriptor stop) : epoll_(std::move(epoll)), stop_(std::move(stop)) {}

  Descriptor epoll_;
  Descriptor stop_;
};

}  // namespace connected_registry::http
