#include "net/no_proxy.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/strings.h"
#include "net/address.h"
#include "net/endpoint.h"

namespace connected_registry::net {
namespace {

struct Destination {
  std::string host;  // lower case
  std::string port;
  std::optional<Address> address;
};

bool matches_domain(std::string_view entry, std::string_view host) {
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) return host.ends_with(entry);
  return host == entry || host.ends_with("." + std::string(entry));
}

// The entry is in lower case and trimmed.
bool matches(std::string_view entry, const Destination& destination) {
  if (entry.empty()) return false;
  if (const auto range = AddressRange::parse(entry)) {
    return destination.address && range->contains(*destination.address);
  }
  std::string_view port;
  if (const auto parts = split_host_port(entry)) {
    entry = parts->host;
    port = parts->port;
  }
  if (entry.empty() || (!port.empty() && port != destination.port)) return false;
  if (const auto address = Address::parse(entry)) {
    return destination.address && address->without_mapping() == *destination.address;
  }
  return !destination.address && matches_domain(entry, destination.host);
}

}  // namespace

bool is_exempt_from_proxy(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  Destination destination{.host = lower(host), .port = std::to_string(port), .address = Address::parse(host)};
  if (host == "localhost") return true;
  if (destination.address) {
    destination.address = destination.address->without_mapping();
    if (destination.address->is_loopback()) return true;
  }
  const std::string entries = lower(no_proxy);
  const std::vector<std::string_view> list = split(entries, ',');
  return std::any_of(list.begin(), list.end(), [&](std::string_view entry) {
    entry = trim(entry);
    return entry == "*" || matches(entry, destination);
  });
}

}  // namespace connected_registry::net
