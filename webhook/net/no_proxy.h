// NO_PROXY, as Go's programs read it (golang.org/x/net/http/httpproxy): regsync, containerd and most clients
// of a registry are among them.
#pragma once

#include <cstdint>
#include <string_view>

namespace connected_registry::net {

// Reports whether the list exempts a host from the proxy. Its entries stand between commas, with white space
// around them or without: addresses and their ranges ("10.0.0.0/8"), names ("example.com": subdomains too),
// suffixes (".example.com", "*.example.com": subdomains only), and "*" for everything. An address and a name
// may have a port (":443", IPv6 in brackets) and are then for that port alone. localhost and loopback
// addresses are always exempt. Case does not matter. Names beyond ASCII match as they are written.
// The host is a name or an address; IPv6 without brackets.
bool is_exempt_from_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace connected_registry::net
