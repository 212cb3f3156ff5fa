// Checks that a server takes connections. The synchronizer does so before it starts regsync, which tries a
// silent parent for minutes.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "net/endpoint.h"

namespace connected_registry::net {

// Returns host and port of a proxy's address as HTTPS_PROXY has it ("http://user:word@proxy:3128"), with the
// scheme's usual port where none is given; nullopt where it names no host.
std::optional<Endpoint> parse_proxy(std::string_view url);

// Opens a TCP connection to any of the host's addresses and closes it; the port is 443 where none is given.
// Errors: kUnavailable with the reason, kTimeout. The resolver's own patience comes on top.
Status reach(const Endpoint& endpoint, std::chrono::milliseconds patience);

}  // namespace connected_registry::net
