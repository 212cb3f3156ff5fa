// A class that ends a blocking call on a socket from another thread. Internal to this module.
#pragma once

#include "base/descriptor.h"
#include "base/mutex.h"

namespace connected_registry::net {

// Stores a second descriptor of the socket. cut() therefore never shuts down another file that has received
// the number of the closed socket in the meantime. Thread-safe.
class Interrupt {
 public:
  enum class Reason { kNone, kDeadline, kStop };

  Interrupt() = default;
  ~Interrupt() = default;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  Interrupt(Interrupt&&) = delete;
  Interrupt& operator=(Interrupt&&) = delete;

  // Uses this socket from now on. If cut() was called before, shuts the socket down immediately.
  void attach(int socket);

  // Shuts the socket down, so that a read, write or connect on it returns with an error. Only the reason of
  // the first call is stored.
  void cut(Reason reason);

  // Removes the reason and the socket.
  void reset();

  Reason reason() const;

 private:
  mutable Mutex mutex_;
  Descriptor socket_ GUARDED_BY(mutex_);
  Reason reason_ GUARDED_BY(mutex_) = Reason::kNone;
};

}  // namespace connected_registry::net
