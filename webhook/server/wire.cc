#include "server/wire.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace connected_registry::server {
namespace {

// For poll: rounded up, so that a wait never ends just before its deadline and spins.
int milliseconds_until(Deadline deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
}

// poll() that goes on after a signal.
int poll_until(pollfd* descriptors, nfds_t count, Deadline deadline) {
  for (;;) {
    const int ready = poll(descriptors, count, milliseconds_until(deadline));
    if (ready >= 0 || errno != EINTR) return ready;
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) close(number_);
    number_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) close(number_);
}

int Descriptor::release() {
  return std::exchange(number_, -1);
}

Io Wire::wait(short events, Deadline deadline) const {
  pollfd descriptor{.fd = socket_, .events = events, .revents = 0};
  const int ready = poll_until(&descriptor, 1, deadline);
  if (ready == 0) return Io::kTimeout;
  return ready > 0 ? Io::kDone : Io::kEnd;
}

// Repeats a call of OpenSSL until it is done, waiting for what it waits for.
template <typename Call>
Io Wire::tls(Deadline deadline, Call call) {
  const openssl::ErrorScope scope;
  for (;;) {
    const int result = call();
    if (result > 0) return Io::kDone;
    short events = 0;
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        events = POLLIN;
        break;
      case SSL_ERROR_WANT_WRITE:
        events = POLLOUT;
        break;
      default:
        return Io::kEnd;
    }
    if (const Io waited = wait(events, deadline); waited != Io::kDone) return waited;
  }
}

Io Wire::handshake(Deadline deadline) {
  if (ssl_ == nullptr) return Io::kDone;
  return tls(deadline, [this] { return SSL_do_handshake(ssl_.get()); });
}

Io Wire::wait_readable(int wake, Deadline deadline) {
  if (ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1) return Io::kDone;
  std::array<pollfd, 2> descriptors{
      {{.fd = socket_, .events = POLLIN, .revents = 0}, {.fd = wake, .events = POLLIN, .revents = 0}}};
  const int ready = poll_until(descriptors.data(), descriptors.size(), deadline);
  if (ready < 0) return Io::kEnd;
  if (ready == 0) return Io::kTimeout;
  return descriptors[0].revents != 0 ? Io::kDone : Io::kWoken;
}

Io Wire::read(char* target, std::size_t size, std::size_t& count, Deadline deadline) {
  count = 0;
  if (ssl_ != nullptr) {
    return tls(deadline, [&] { return SSL_read_ex(ssl_.get(), target, size, &count); });
  }
  for (;;) {
    const ssize_t got = recv(socket_, target, size, 0);
    if (got > 0) {
      count = static_cast<std::size_t>(got);
      return Io::kDone;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return Io::kEnd;
    if (const Io waited = wait(POLLIN, deadline); waited != Io::kDone) return waited;
  }
}

Io Wire::write(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    std::size_t count = 0;
    if (ssl_ != nullptr) {
      const Io written =
          tls(deadline, [&] { return SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count); });
      if (written != Io::kDone) return written;
    } else {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return Io::kEnd;
      if (sent < 0) {
        if (const Io waited = wait(POLLOUT, deadline); waited != Io::kDone) return waited;
        continue;
      }
      count = static_cast<std::size_t>(sent);
    }
    bytes.remove_prefix(count);
  }
  return Io::kDone;
}

void Wire::finish(std::size_t limit, Deadline deadline) {
  if (ssl_ != nullptr) {
    const openssl::ErrorScope scope;
    SSL_shutdown(ssl_.get());  // one alert; the peer's own is not waited for
  }
  shutdown(socket_, SHUT_WR);
  std::array<char, 16384> dropped{};
  for (std::size_t total = 0; total < limit;) {
    const ssize_t got = recv(socket_, dropped.data(), dropped.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (got > 0) {
      total += static_cast<std::size_t>(got);
    } else if (wait(POLLIN, deadline) != Io::kDone) {
      return;
    }
    if (std::chrono::steady_clock::now() >= deadline) return;
  }
}

}  // namespace connected_registry::server
