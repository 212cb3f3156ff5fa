// Hosts with an optional port, as in image references, NO_PROXY and URLs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace connected_registry::net {

struct Endpoint {
  std::string host;  // a name or an address; IPv6 without brackets
  std::optional<std::uint16_t> port = {};

  // Reads a host name (RFC 1123) or an address (IPv6 in brackets), with an optional port from 1 to 65535. A
  // text of digits and dots only must be an IPv4 address. Returns nullopt for any other text, for example one
  // with a scheme, a path or white space.
  static std::optional<Endpoint> parse(std::string_view text);

  // Returns the text that parse() reads.
  std::string to_text() const;

  bool operator==(const Endpoint&) const = default;
};

// Returns the host in the form that a port can follow: an IPv6 address in brackets, any other host unchanged.
std::string bracketed(std::string_view host);

// Reads a port from 1 to 65535 with at most five digits. Returns nullopt for any other text.
std::optional<std::uint16_t> parse_port(std::string_view text);

// Host and port as parts of the original text. The host has no brackets.
struct HostPort {
  std::string_view host;
  std::string_view port;
};

// Splits "HOST:PORT" and "[IPV6]:PORT" like Go's net.SplitHostPort, without a check of the two parts. Returns
// nullopt if there is no port, or if there are too many brackets or colons.
std::optional<HostPort> split_host_port(std::string_view text);

}  // namespace connected_registry::net
