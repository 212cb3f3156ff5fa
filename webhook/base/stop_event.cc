#include "base/stop_event.h"

#include <sys/eventfd.h>

namespace connected_registry {

StopEvent::StopEvent(const std::stop_token& stop)
    : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      signal_(stop, [this] { static_cast<void>(::eventfd_write(event_.get(), 1)); }) {}

}  // namespace connected_registry
