#include "http/socket_transport.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace connected_registry::http {
namespace {

// Translates the `result` of a call of OpenSSL.
Io io_of(SSL* ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
      return Io::kReadable;
    case SSL_ERROR_WANT_WRITE:
      return Io::kWritable;
    default:
      // An error left in the thread's queue would be taken for one of its next connection.
      ERR_clear_error();
      return Io::kClosed;
  }
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EINTR;
}

}  // namespace

Io SocketTransport::handshake() {
  if (ssl_ == nullptr) return Io::kDone;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Io::kDone : io_of(ssl_.get(), result);
}

Io SocketTransport::read(std::span<char> target, std::size_t& count) {
  count = 0;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), target.data(), target.size(), &count);
    return result == 1 ? Io::kDone : io_of(ssl_.get(), result);
  }
  const ssize_t got = recv(socket_.get(), target.data(), target.size(), 0);
  if (got < 0) return is_temporary(errno) ? Io::kReadable : Io::kClosed;
  count = static_cast<std::size_t>(got);
  return got > 0 ? Io::kDone : Io::kClosed;
}

bool SocketTransport::has_pending() const {
  return ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1;
}

Io SocketTransport::write(std::string_view bytes, std::size_t& count) {
  count = 0;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    return result == 1 ? Io::kDone : io_of(ssl_.get(), result);
  }
  const ssize_t sent = send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0) return is_temporary(errno) ? Io::kWritable : Io::kClosed;
  count = static_cast<std::size_t>(sent);
  return Io::kDone;
}

void SocketTransport::shut_down() {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());  // sends close_notify and does not wait for the peer's
    ERR_clear_error();
  }
  shutdown(socket_.get(), SHUT_WR);
}

Io SocketTransport::discard(std::size_t& count) {
  std::array<char, 16384> ignored;  // NOLINT(*-member-init): never read
  const ssize_t got = recv(socket_.get(), ignored.data(), ignored.size(), 0);
  count = got > 0 ? static_cast<std::size_t>(got) : 0;
  if (got > 0) return Io::kDone;
  return got < 0 && is_temporary(errno) ? Io::kReadable : Io::kClosed;
}

}  // namespace connected_registry::http
