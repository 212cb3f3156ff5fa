#include "net/interrupt.h"

#include <fcntl.h>
#include <sys/socket.h>

namespace connected_registry::net {

void Interrupt::attach(int socket) {
  const MutexLock lock(mutex_);
  socket_ = Descriptor(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
  if (reason_ != Reason::kNone) ::shutdown(socket_.get(), SHUT_RDWR);
}

void Interrupt::cut(Reason reason) {
  const MutexLock lock(mutex_);
  if (reason_ == Reason::kNone) reason_ = reason;
  if (socket_) ::shutdown(socket_.get(), SHUT_RDWR);
}

void Interrupt::reset() {
  const MutexLock lock(mutex_);
  socket_ = Descriptor();
  reason_ = Reason::kNone;
}

Interrupt::Reason Interrupt::reason() const {
  const MutexLock lock(mutex_);
  return reason_;
}

}  // namespace connected_registry::net
