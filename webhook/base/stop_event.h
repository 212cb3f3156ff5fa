// A descriptor that becomes readable at a stop, for loops that wait in poll(2).
#pragma once

#include <functional>
#include <stop_token>

#include "base/descriptor.h"

namespace connected_registry {

// For one thread. Where the system gives no descriptor, get() is -1, which poll(2) ignores.
class StopEvent {
 public:
  explicit StopEvent(const std::stop_token& stop);

  int get() const { return event_.get(); }

 private:
  Descriptor event_;
  std::stop_callback<std::function<void()>> signal_;  // last: ends before the descriptor does
};

}  // namespace connected_registry
