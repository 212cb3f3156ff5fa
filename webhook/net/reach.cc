#include "net/reach.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>

namespace connected_registry::net {
namespace {

constexpr std::uint16_t kHttpsPort = 443;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

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

}  // namespace

std::optional<Endpoint> parse_proxy(std::string_view url) {
  std::uint16_t port = 80;
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = url.substr(0, scheme);
    if (name == "https") port = kHttpsPort;
    if (name.starts_with("socks5")) port = 1080;
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (const std::size_t at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  // Not Endpoint::parse: a proxy's name may be one of a local resolver, with '_' in it.
  std::string_view host = url;
  if (const auto parts = split_host_port(url)) {
    const auto given = parse_port(parts->port);
    if (!given) return std::nullopt;
    port = *given;
    host = parts->host;
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return std::nullopt;
  return Endpoint{.host = std::string(host), .port = port};
}

Status reach(const Endpoint& endpoint, std::chrono::milliseconds patience) {
  const std::string port = std::to_string(endpoint.port.value_or(kHttpsPort));
  const std::string shown = bracketed(endpoint.host) + ":" + port;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unresolved = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
  if (unresolved != 0) {
    return fail(ErrorCode::kUnavailable, "no such host: " + shown + ": " + ::gai_strerror(unresolved));
  }
  const Addresses addresses(found, &::freeaddrinfo);
  int problem = 0;
  for (const addrinfo* each = addresses.get(); each != nullptr; each = each->ai_next) {
    problem = try_address(*each, patience);
    if (problem == 0) return {};
  }
  const bool silent = problem == ETIMEDOUT;
  return fail(silent ? ErrorCode::kTimeout : ErrorCode::kUnavailable,
              shown + (silent ? " does not answer: connection timed out"
                              : ": " + std::error_code(problem, std::generic_category()).message()));
}

}  // namespace connected_registry::net
