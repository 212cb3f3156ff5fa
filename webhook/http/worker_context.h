// What a thread needs to serve connections, one after another.
#pragma once

#include <cstddef>
#include <new>

#include "http/input_buffer.h"

namespace connected_registry::http {

// One a thread.
class WorkerContext {
 public:
  // Most requests fit, so that they cost no memory of their own.
  static constexpr std::size_t kBuffer = std::size_t{64} << 10;

  // Throws std::bad_alloc.
  WorkerContext() {
    if (!buffer.reserve(kBuffer)) throw std::bad_alloc();
  }

  InputBuffer buffer;  // empty between two connections
};

}  // namespace connected_registry::http
