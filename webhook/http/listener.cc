#include "http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace connected_registry::http {
namespace {

constexpr int kBacklog = 512;

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

std::string system_reason() {
  return std::generic_category().message(errno);
}

void set_option(int socket, int level, int name, int value) {
  // The socket works without the option too, only slower.
  static_cast<void>(setsockopt(socket, level, name, &value, sizeof value));
}

Result<Addresses> resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int status = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (status != 0) return fail(ErrorCode::kInvalidArgument, "not an IP address to listen on: " + host);
  return Addresses(list);
}

Result<Descriptor> bind_and_listen(const addrinfo& address) {
  Descriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, address.ai_protocol));
  if (!socket) return fail(ErrorCode::kIo, system_reason());
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.ai_family == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
  if (bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 || listen(socket.get(), kBacklog) != 0) {
    return fail(errno == EADDRINUSE ? ErrorCode::kAlreadyExists : ErrorCode::kIo, system_reason());
  }
  return socket;
}

int port_of(int socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  // The sockets API requires casts between these types.
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  sockaddr_in6 v6{};
  sockaddr_in v4{};
  if (storage.ss_family == AF_INET6) {
    std::memcpy(&v6, &storage, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  std::memcpy(&v4, &storage, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace

Result<Listener> listen_at(const std::string& host, int port) {
  // "::" accepts IPv4 as well; a machine without IPv6 needs "0.0.0.0".
  const std::array<std::string, 2> hosts = {host.empty() ? "::" : host, host.empty() ? "0.0.0.0" : ""};
  Error last{ErrorCode::kIo, ""};
  for (const std::string& each : hosts) {
    if (each.empty()) continue;
    const auto addresses = resolve(each, port);
    if (!addresses) return tl::unexpected<Error>(addresses.error());
    auto socket = bind_and_listen(**addresses);
    if (socket) {
      const int actual = port_of(socket->get());
      return Listener{std::move(*socket), actual};
    }
    last = std::move(socket).error();
  }
  return fail(std::move(last), "listen on port " + std::to_string(port));
}

Descriptor accept_from(const Listener& listener) {
  Descriptor socket(accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket) {
    set_option(socket.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(socket.get(), SOL_SOCKET, SO_KEEPALIVE, 1);
  }
  return socket;
}

}  // namespace connected_registry::http
