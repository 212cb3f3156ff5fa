// A descriptor that becomes readable when a stop is requested, for loops that wait in poll(2).
#pragma once

#include <functional>
#include <stop_token>

#include "base/descriptor.h"

namespace connected_registry {

// Not thread-safe: use it from one thread. If the system cannot create the descriptor, get() is -1, which
// poll(2) ignores.
class StopEvent {
 public:
  explicit StopEvent(const std::stop_token& stop);

  int get() const { return event_.get(); }

 private:
  Descriptor event_;
  std::stop_callback<std::function<void()>> signal_;  // destroyed before event_
};

}  // namespace connected_registry
