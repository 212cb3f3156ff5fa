// A switch that ends a blocking call on a socket from another thread. Internal to this module.
#pragma once

#include "base/descriptor.h"
#include "base/mutex.h"

namespace connected_registry::net {

// Holds a second descriptor of the socket in use, so that cutting it off can never hit another file that was
// given the same number meanwhile. Thread-safe.
class Interrupt {
 public:
  enum class Reason { kNone, kDeadline, kStop };

  Interrupt() = default;
  ~Interrupt() = default;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  Interrupt(Interrupt&&) = delete;
  Interrupt& operator=(Interrupt&&) = delete;

  // Applies to this socket from now on. After a cut the socket is shut down at once.
  void attach(int socket);

  // Shuts the socket down, so that a read, a write or a connect there returns with an error. The first reason
  // stays.
  void cut(Reason reason);

  // Forgets the reason and the socket.
  void reset();

  Reason reason() const;

 private:
  mutable Mutex mutex_;
  Descriptor socket_ GUARDED_BY(mutex_);
  Reason reason_ GUARDED_BY(mutex_) = Reason::kNone;
};

}  // namespace connected_registry::net
