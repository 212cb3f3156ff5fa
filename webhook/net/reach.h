// Whether a server takes connections at all: asked before regsync is started, since that one tries a silent
// parent for minutes.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace connected_registry::net {

struct Endpoint {
  std::string host;  // a name or an address; IPv6 without brackets
  std::string port;
};

// Of an endpoint as image references write it ("registry.example", "[fd00::1]:5000"); 443 where none is
// given.
Endpoint parse_endpoint(std::string_view endpoint);

// Of a proxy's address as HTTPS_PROXY has it ("http://user:word@proxy:3128"); nothing of it but host and
// port.
Endpoint parse_proxy(std::string_view url);

// Opens a TCP connection to any of its addresses and closes it. kUnavailable with the reason, or kTimeout.
// The resolver's own patience comes on top.
Status reach(const Endpoint& place, std::chrono::milliseconds patience);

// Whether NO_PROXY (a list of names, suffixes and addresses, or "*") leaves this host to a direct connection.
bool bypasses_proxy(std::string_view no_proxy, std::string_view host);

}  // namespace connected_registry::net
