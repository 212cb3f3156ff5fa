// What a thread needs to serve connections, one after another.
#pragma once

#include <cstddef>
#include <new>

#include "server/exchange.h"
#include "server/input_buffer.h"
#include "server/service.h"

namespace connected_registry::server {

// One a thread.
class Workbench {
 public:
  // Most requests fit, so that they cost no memory of their own.
  static constexpr std::size_t kBuffer = std::size_t{64} << 10;

  // `service` outlives it. Throws std::bad_alloc.
  explicit Workbench(const Service& service)
      : exchange(service.routes, std::chrono::duration_cast<std::chrono::seconds>(service.timeouts.idle)) {
    if (!buffer.reserve(kBuffer)) throw std::bad_alloc();
  }

  InputBuffer buffer;  // empty between two connections
  Exchange exchange;
};

}  // namespace connected_registry::server
