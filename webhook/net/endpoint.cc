#include "net/endpoint.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

#include "base/strings.h"
#include "net/address.h"

namespace connected_registry::net {
namespace {

bool is_host_label(std::string_view label) {
  constexpr std::size_t kMaxLabel = 63;
  return label.size() <= kMaxLabel && all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; }) &&
         label.front() != '-' && label.back() != '-';
}

bool is_host(std::string_view text) {
  constexpr std::size_t kMaxName = 253;
  if (text.size() > kMaxName) return false;
  if (all_of(text, [](char c) { return is_digit(c) || c == '.'; })) return Address::parse(text).has_value();
  const auto labels = split(text, '.');
  return std::all_of(labels.begin(), labels.end(), is_host_label);
}

}  // namespace

std::optional<Endpoint> Endpoint::parse(std::string_view text) {
  std::optional<std::uint16_t> port;
  std::string_view host = text;
  if (const auto parts = split_host_port(text)) {
    port = parse_port(parts->port);
    if (!port) return std::nullopt;
    host = text.substr(0, text.size() - parts->port.size() - 1);
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    const auto address = Address::parse(host);
    if (!address || address->is_ipv4()) return std::nullopt;
  } else if (!is_host(host)) {
    return std::nullopt;
  }
  return Endpoint{.host = std::string(host), .port = port};
}

std::string Endpoint::to_text() const {
  return port ? bracketed(host) + ":" + std::to_string(*port) : bracketed(host);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  constexpr std::size_t kMostDigits = 5;
  std::uint16_t port = 0;
  if (text.size() > kMostDigits || !all_of(text, is_digit)) return std::nullopt;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
  return read.ec == std::errc() && port > 0 ? std::optional(port) : std::nullopt;
}

std::string bracketed(std::string_view host) {
  std::string out(host);
  if (host.find(':') != std::string_view::npos) out.insert(0, 1, '[').push_back(']');
  return out;
}

std::optional<HostPort> split_host_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (text.starts_with('[')) {
    if (!host.ends_with(']') || host.find(']') + 1 != host.size()) return std::nullopt;
    host = host.substr(1, host.size() - 2);
    if (host.find('[') != std::string_view::npos) return std::nullopt;
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view port = text.substr(colon + 1);
  if (port.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  return HostPort{.host = host, .port = port};
}

}  // namespace connected_registry::net
