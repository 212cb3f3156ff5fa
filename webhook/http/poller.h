// Tells threads which sockets have become ready.
#pragma once

#include <cstdint>

#include "base/descriptor.h"
#include "base/result.h"
#include "http/connection.h"

namespace connected_registry::http {

// Thread-safe. Each socket that is armed is told of once, to one of the threads that wait.
class Poller {
 public:
  // Names a socket; kStop is none of them.
  using Id = std::uint64_t;
  static constexpr Id kStop = ~Id{0};

  static Result<Poller> make();

  // Not armed yet; it may be told of once where it breaks. False where the kernel has no room for it.
  bool add(int socket, Id id) const;
  void arm(int socket, Id id, Next::Event event) const;
  // The next one that is ready; kStop after stop().
  Id wait() const;
  // Wakes all threads that wait, now and later.
  void stop() const;

 private:
  Poller(Descriptor epoll, Descriptor stop) : epoll_(std::move(epoll)), stop_(std::move(stop)) {}

  Descriptor epoll_;
  Descriptor stop_;
};

}  // namespace connected_registry::http
