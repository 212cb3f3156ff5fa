// The memory of a worker thread. The thread uses it for one connection after another.
#pragma once

#include <cstddef>
#include <new>

#include "http/input_buffer.h"

namespace connected_registry::http {

// Not thread-safe: use it from one thread.
class WorkerContext {
 public:
  // Most requests fit into this buffer and need no other memory.
  static constexpr std::size_t kBufferSize = std::size_t{64} << 10;

  // Throws std::bad_alloc if there is not enough memory.
  WorkerContext() {
    if (!buffer.reserve(kBufferSize)) throw std::bad_alloc();
  }

  InputBuffer buffer;  // empty between connections
};

}  // namespace connected_registry::http
