// A connected socket, plain or TLS.
#pragma once

#include <utility>

#include "base/descriptor.h"
#include "server/tls.h"
#include "server/transport.h"

namespace connected_registry::server {

// Another thread may shut the socket down: every call then ends with kEnd.
class Wire final : public Transport {
 public:
  // `socket` is non-blocking. Plain where `ssl` is nullptr, which is otherwise bound to the socket.
  Wire(Descriptor socket, Ssl ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

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

}  // namespace connected_registry::server
