// A Transport over a connected socket, with or without TLS.
#pragma once

#include <utility>

#include "base/descriptor.h"
#include "http/tls.h"
#include "http/transport.h"

namespace connected_registry::http {

// Another thread may shut the socket down. Every call then returns kClosed.
class SocketTransport final : public Transport {
 public:
  // `socket` must be non-blocking. `ssl` is bound to the socket, or nullptr for plain HTTP.
  SocketTransport(Descriptor socket, Ssl ssl) : socket_(std::move(socket)), ssl_(std::move(ssl)) {}

  Io handshake() override;
  Io read(std::span<char> target, std::size_t& count) override;
  bool has_pending() const override;
  Io write(std::string_view bytes, std::size_t& count) override;
  void shut_down() override;
  Io discard(std::size_t& count) override;

 private:
  Descriptor socket_;
  Ssl ssl_;  // declared last, because its destructor uses the socket
};

}  // namespace connected_registry::http
