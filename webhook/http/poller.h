// An epoll instance: threads wait for sockets that become ready.
#pragma once

#include <cstdint>

#include "base/descriptor.h"
#include "base/result.h"
#include "http/wait.h"

namespace connected_registry::http {

// Reports each armed socket once, to one of the threads that wait. Thread-safe.
class Poller {
 public:
  // Identifies a socket; never kStop.
  using Id = std::uint64_t;
  static constexpr Id kStop = ~Id{0};

  static Result<Poller> make();

  // Adds a socket, not armed: only an error of it may be reported, once. Returns false where the kernel has
  // no room for it.
  bool add(int socket, Id id) const;
  void arm(int socket, Id id, Wait::Event event) const;
  // Returns the next socket that is ready, or kStop after stop().
  Id wait() const;
  // Makes wait() return kStop in all threads, now and later.
  void stop() const;

 private:
  Poller(Descriptor epoll, Descriptor stop) : epoll_(std::move(epoll)), stop_(std::move(stop)) {}

  Descriptor epoll_;
  Descriptor stop_;
};

}  // namespace connected_registry::http
