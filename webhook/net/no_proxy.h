// NO_PROXY with the rules of Go programs (golang.org/x/net/http/httpproxy), because regsync, containerd and
// most clients of a registry are Go programs.
#pragma once

#include <cstdint>
#include <string_view>

namespace connected_registry::net {

// Returns true if the list exempts the host from the proxy. The list's entries are separated by commas; white
// space around an entry is ignored. An entry is one of:
//   an address ("10.0.0.1") or a range of addresses ("10.0.0.0/8"),
//   a name ("example.com"), which includes its subdomains,
//   a suffix (".example.com", "*.example.com"), which stands for subdomains only,
//   "*", which stands for every host.
// An address, a name or a suffix may have a port (":443"; IPv6 then in brackets). The entry is then for this
// port only. The host "localhost" and loopback addresses are always exempt. The case of ASCII letters does
// not matter. Names that are not ASCII are compared unchanged. `host` is a name or an address; an IPv6
// address has no brackets.
bool is_exempt_from_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port);

}  // namespace connected_registry::net
