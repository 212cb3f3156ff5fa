#include "net/reach.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>
#include <system_error>

namespace connected_registry::net {
namespace {

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string text_of(const Endpoint& place) {
  const bool is_ipv6 = place.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + place.host + "]" : place.host) + ":" + place.port;
}

// 0, or the system's number for why not.
int try_address(const addrinfo& address, std::chrono::milliseconds patience) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return errno;
  int problem = 0;
  if (::connect(socket, address.ai_addr, address.ai_addrlen) != 0) {
    problem = errno;
    pollfd wanted{.fd = socket, .events = POLLOUT, .revents = 0};
    if (problem == EINPROGRESS) {
      socklen_t length = sizeof(problem);
      const int ready = ::poll(&wanted, 1, static_cast<int>(patience.count()));
      if (ready <= 0) {
        problem = ETIMEDOUT;
      } else if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &length) != 0) {
        problem = errno;
      }
    }
  }
  ::close(socket);
  return problem;
}

Endpoint split(std::string_view authority, std::string_view default_port) {
  Endpoint place{.host = std::string(authority), .port = std::string(default_port)};
  const std::size_t close = authority.rfind(']');
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && (close == std::string_view::npos || colon > close)) {
    place.host = authority.substr(0, colon);
    place.port = authority.substr(colon + 1);
  }
  if (place.host.starts_with('[') && place.host.ends_with(']')) {
    place.host = place.host.substr(1, place.host.size() - 2);
  }
  return place;
}

}  // namespace

Endpoint parse_endpoint(std::string_view endpoint) {
  return split(endpoint, "443");
}

Endpoint parse_proxy(std::string_view url) {
  constexpr std::string_view kSecure = "https://";
  const bool secure = url.starts_with(kSecure);
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos)
    url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return split(url, secure ? "443" : "80");
}

Status reach(const Endpoint& place, std::chrono::milliseconds patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unresolved = ::getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &found);
  if (unresolved != 0) {
    return fail(ErrorCode::kUnavailable,
                "no such host: " + text_of(place) + ": " + ::gai_strerror(unresolved));
  }
  const Addresses addresses(found, &::freeaddrinfo);
  int problem = 0;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    problem = try_address(*each, patience);
    if (problem == 0) return {};
  }
  const bool silent = problem == ETIMEDOUT;
  return fail(silent ? ErrorCode::kTimeout : ErrorCode::kUnavailable,
              text_of(place) + (silent ? " does not answer: connection timed out"
                                       : ": " + std::error_code(problem, std::generic_category()).message()));
}

bool bypasses_proxy(std::string_view no_proxy, std::string_view host) {
  for (std::size_t begin = 0; begin <= no_proxy.size();) {
    const std::size_t end = std::min(no_proxy.find(',', begin), no_proxy.size());
    std::string_view entry = no_proxy.substr(begin, end - begin);
    begin = end + 1;
    if (entry == "*") return true;
    if (entry.starts_with('.')) entry.remove_prefix(1);
    if (entry.empty()) continue;
    if (host == entry) return true;
    if (host.size() > entry.size() && host.ends_with(entry) && host[host.size() - entry.size() - 1] == '.') {
      return true;
    }
  }
  return false;
}

}  // namespace connected_registry::net
