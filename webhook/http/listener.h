// The socket that a server listens at.
#pragma once

#include <string>

#include "base/descriptor.h"
#include "base/result.h"

namespace connected_registry::http {

struct Listener {
  Descriptor socket;  // non-blocking
  int port = 0;       // the actual one
};

// Listens at the address; an empty host is every address of the machine, IPv6 and IPv4 where it has both.
Result<Listener> listen_at(const std::string& host, int port);

// The next connection, non-blocking and with TCP_NODELAY; an empty descriptor and errno where there is none.
Descriptor accept_from(const Listener& listener);

}  // namespace connected_registry::http
