// A check that a server accepts connections. The synchronizer makes it before it starts regsync, because
// regsync retries for minutes if the parent does not answer.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "net/endpoint.h"

namespace connected_registry::net {

// Returns the host and port of a proxy URL in the form of HTTPS_PROXY ("http://user:word@proxy:3128"). If the
// URL has no port, the result has the usual port of its scheme. Returns nullopt if the URL has no host.
std::optional<Endpoint> parse_proxy(std::string_view url);

// Opens a TCP connection to one of the host's addresses and closes it. If the endpoint has no port, the port
// is 443. `patience` is the time limit for each address; it does not include the name resolution. Errors:
// kUnavailable with the reason, kTimeout.
Status reach(const Endpoint& endpoint, std::chrono::milliseconds patience);

}  // namespace connected_registry::net
