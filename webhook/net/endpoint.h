// Hosts with a port or without, as image references, NO_PROXY and URLs write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::net {

struct Endpoint {
  std::string host;  // a name or an address; IPv6 without brackets
  std::optional<std::uint16_t> port = {};

  // Reads a host name (RFC 1123) or an address (IPv6 in brackets), and a port from 1 to 65535 or none. Digits
  // and dots alone are an IPv4 address. nullopt for everything else: a scheme, a path, white space.
  static std::optional<Endpoint> parse(std::string_view text);

  // Returns it as parse() reads it.
  std::string to_text() const;

  bool operator==(const Endpoint&) const = default;
};

// Returns the host as it stands in front of a port: an IPv6 address in brackets, everything else unchanged.
std::string bracketed(std::string_view host);

// Reads a port from 1 to 65535 in at most five digits.
std::optional<std::uint16_t> parse_port(std::string_view text);

// Host and port in the text that they were given in; the host without brackets.
struct HostPort {
  std::string_view host;
  std::string_view port;
};

// Splits "HOST:PORT" and "[IPV6]:PORT" as Go's net.SplitHostPort does, without a look at what the parts hold;
// nullopt where there is no port, or a bracket or colon too many.
std::optional<HostPort> split_host_port(std::string_view text);

}  // namespace connected_registry::net
