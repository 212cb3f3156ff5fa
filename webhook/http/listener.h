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

// Listens on the address. An empty host stands for all addresses of the machine, IPv6 and IPv4 where it has
// both; port 0 for any free port.
Result<Listener> listen_at(const std::string& host, int port);

// Accepts the next connection, non-blocking and with TCP_NODELAY. Returns an empty descriptor and sets errno
// where there is none.
Descriptor accept_from(const Listener& listener);

}  // namespace connected_registry::http
