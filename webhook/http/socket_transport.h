// A connected socket, plain or TLS.
#pragma once

#include <utility>

#include "base/descriptor.h"
#include "http/tls.h"
#include "http/transport.h"

namespace connected_registry::http {

// Another thread may shut the socket down: every call then ends with kEnd.
class SocketTransport final : public Transport {
 public:
  // `socket` is non-blocking. Plain where `ssl` is nullptr, which is otherwise bound to the socket.
  SocketTransport(Descriptor socket, Ssl ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

  Io handshake() override;
  Io read(std::span<char> target, std::size_t& count) override;
  bool has_pending() const override;
  Io write(std::string_view bytes, std::size_t& count) override;
  void finish() override;
  Io drop(std::size_t& count) override;

 private:
  Descriptor socket_;
  Ssl ssl_;  // goes first: it still knows the socket
};

}  // namespace connected_registry::http
