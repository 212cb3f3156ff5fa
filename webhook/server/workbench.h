// What a thread needs to serve connections, one after another.
#pragma once

#include <cstddef>
#include <new>

#include "server/input_buffer.h"

namespace connected_registry::server {

// One a thread.
class Workbench {
 public:
  // Most requests fit, so that they cost no memory of their own.
  static constexpr std::size_t kBuffer = std::size_t{64} << 10;

  // Throws std::bad_alloc.
  Workbench() {
    if (!buffer.reserve(kBuffer)) throw std::bad_alloc();
  }

  InputBuffer buffer;  // empty between two connections
};

}  // namespace connected_registry::server
