// A worker thread's memory for serving connections, one after another.
#pragma once

#include <cstddef>
#include <new>

#include "http/input_buffer.h"

namespace connected_registry::http {

// Used by one thread.
class WorkerContext {
 public:
  // Most requests fit in, and then need no memory of their own.
  static constexpr std::size_t kBufferSize = std::size_t{64} << 10;

  // Throws std::bad_alloc.
  WorkerContext() {
    if (!buffer.reserve(kBufferSize)) throw std::bad_alloc();
  }

  InputBuffer buffer;  // empty between connections
};

}  // namespace connected_registry::http
