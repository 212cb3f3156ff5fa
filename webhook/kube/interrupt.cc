#include "kube/interrupt.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace connected_registry::kube {

Interrupt::~Interrupt() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void Interrupt::attach(int socket) {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (reason_ != Reason::kNone) ::shutdown(descriptor_, SHUT_RDWR);
}

void Interrupt::cut(Reason reason) {
  const std::lock_guard lock(mutex_);
  if (reason_ == Reason::kNone) reason_ = reason;
  if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

Interrupt::Reason Interrupt::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

}  // namespace connected_registry::kube
