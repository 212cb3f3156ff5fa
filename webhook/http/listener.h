// A server's listening socket.
#pragma once

#include <string>

#include "base/descriptor.h"
#include "base/result.h"

namespace connected_registry::http {

struct Listener {
  Descriptor socket;  // non-blocking
  int port = 0;
};

// Listens on the address. An empty host means all addresses of the machine (IPv6 and IPv4, if it has both).
// Port 0 means any free port.
Result<Listener> listen_at(const std::string& host, int port);

// Accepts the next connection and makes it non-blocking, with TCP_NODELAY. If there is no connection, returns
// an empty descriptor and sets errno.
Descriptor accept_from(const Listener& listener);

}  // namespace connected_registry::http
