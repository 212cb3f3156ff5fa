#include "trust/agent/probe.h"

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <system_error>
#include <utility>

#include "base/descriptor.h"
#include "base/openssl.h"
#include "base/version.h"
#include "x509/certificate.h"

namespace connected_registry::trust {
namespace {

using ContextHandle = openssl::Handle<SSL_CTX, SSL_CTX_free>;
using ConnectionHandle = openssl::Handle<SSL, SSL_free>;
using StoreHandle = openssl::Handle<X509_STORE, X509_STORE_free>;
using AddressList = openssl::Handle<addrinfo, freeaddrinfo>;

// As a URL writes it: "192.100.100.1:443", "[fd00::1]:443".
std::string authority_of(const contract::RegistryDocument& registry) {
  const bool ipv6 = registry.address.find(':') != std::string::npos;
  return (ipv6 ? "[" + registry.address + "]" : registry.address) + ":" + std::to_string(registry.port);
}

std::string place_of(const ProbeRequest& request) {
  const std::string scheme = request.registry.scheme == contract::Scheme::kHttp ? "http://" : "https://";
  return scheme + authority_of(request.registry) + "/v2/";
}

tl::unexpected<Error> no_answer(const ProbeRequest& request, int number) {
  const bool late = number == EAGAIN || number == EINPROGRESS || number == ETIMEDOUT;
  if (late) {
    return fail(ErrorCode::kTimeout, place_of(request) + " did not answer within " +
                                         std::to_string(request.timeout.count()) + " ms");
  }
  const std::string reason =
      number == 0 ? "connection closed" : std::error_code(number, std::generic_category()).message();
  return fail(ErrorCode::kUnavailable, place_of(request) + " does not answer: " + reason);
}

Result<Descriptor> connect_to(const ProbeRequest& request) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(request.registry.address.c_str(), std::to_string(request.registry.port).c_str(), &hints,
                  &found) != 0) {
    return fail(ErrorCode::kInvalidArgument, "'" + request.registry.address + "' is not an IP address");
  }
  const AddressList address(found);
  Descriptor socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return no_answer(request, errno);
  const auto microseconds = std::chrono::microseconds(request.timeout).count();
  const timeval limit{.tv_sec = microseconds / 1'000'000, .tv_usec = microseconds % 1'000'000};
  // Linux applies the limit for sending to connect as well.
  for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO}) {
    if (::setsockopt(socket.get(), SOL_SOCKET, option, &limit, sizeof limit) != 0) {
      return no_answer(request, errno);
    }
  }
  if (::connect(socket.get(), address->ai_addr, address->ai_addrlen) != 0) {
    return no_answer(request, errno);
  }
  return socket;
}

Result<StoreHandle> trust_store(const std::string& bundle) {
  auto certificates = x509::parse_bundle(bundle);
  if (!certificates) return fail(std::move(certificates.error()), "CA bundle");
  StoreHandle store(X509_STORE_new());
  if (!store) return fail(ErrorCode::kInternal, "out of memory for the CA bundle");
  for (const x509::Certificate& certificate : *certificates) {
    if (X509_STORE_add_cert(store.get(), certificate.handle()) != 1) {
      return fail(ErrorCode::kInternal, "cannot use a certificate of the CA bundle");
    }
  }
  return store;
}

// The context takes part in the ownership of the store.
Result<ContextHandle> client_context(const std::string& bundle) {
  auto store = trust_store(bundle);
  if (!store) return tl::unexpected(std::move(store.error()));
  ContextHandle context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(ErrorCode::kInternal, "cannot set up TLS");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set1_cert_store(context.get(), store->get());
  // As Go does, and so containerd: a certificate of the bundle ends the chain, self-signed or not.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
  return context;
}

Result<ConnectionHandle> handshake(const ProbeRequest& request, SSL_CTX* context, const Descriptor& socket) {
  ConnectionHandle connection(SSL_new(context));
  if (!connection || SSL_set_fd(connection.get(), socket.get()) != 1 ||
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection.get()), request.registry.address.c_str()) !=
          1) {
    return fail(ErrorCode::kInternal, "cannot set up TLS");
  }
  errno = 0;
  const int outcome = SSL_connect(connection.get());
  const int number = errno;
  if (outcome == 1) return connection;
  const long verified = SSL_get_verify_result(connection.get());
  if (verified != X509_V_OK) {
    return fail(ErrorCode::kUnauthenticated, place_of(request) + ": its certificate does not verify: " +
                                                 X509_verify_cert_error_string(verified));
  }
  const int kind = SSL_get_error(connection.get(), outcome);
  if (kind == SSL_ERROR_SSL) {
    return fail(ErrorCode::kUnavailable,
                place_of(request) + ": TLS handshake failed: " + openssl::last_error());
  }
  return no_answer(request, kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE ? EAGAIN : number);
}

// The end of the chain that was verified.
std::string authority_in(const SSL* connection) {
  constexpr std::size_t kDigits = 16;
  const STACK_OF(X509)* const chain = SSL_get0_verified_chain(connection);
  if (chain == nullptr || sk_X509_num(chain) == 0) return {};
  ::X509* const last = sk_X509_value(chain, sk_X509_num(chain) - 1);
  X509_up_ref(last);
  const x509::Certificate authority(last);
  return authority.subject() + " (sha256 " + authority.sha256().substr(0, kDigits) + ")";
}

// Sends the bytes, or receives some; the number of them.
struct Channel {
  std::function<Status(const std::string& bytes)> send;
  std::function<Result<std::size_t>(char* target, std::size_t most)> receive;
};

Channel plain_channel(const ProbeRequest& request, const Descriptor& socket) {
  return {
      .send = [&request, &socket](const std::string& bytes) -> Status {
        const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(bytes.size())) return {};
        return no_answer(request, sent < 0 ? errno : 0);
      },
      .receive = [&request, &socket](char* target, std::size_t most) -> Result<std::size_t> {
        const auto count = ::recv(socket.get(), target, most, 0);
        if (count > 0) return static_cast<std::size_t>(count);
        return no_answer(request, count < 0 ? errno : 0);
      },
  };
}

Channel tls_channel(const ProbeRequest& request, SSL* connection) {
  return {
      .send = [&request, connection](const std::string& bytes) -> Status {
        if (SSL_write(connection, bytes.data(), static_cast<int>(bytes.size())) > 0) return {};
        return no_answer(request, errno);
      },
      .receive = [&request, connection](char* target, std::size_t most) -> Result<std::size_t> {
        errno = 0;
        const int count = SSL_read(connection, target, static_cast<int>(most));
        if (count > 0) return static_cast<std::size_t>(count);
        const int number = errno;
        return no_answer(request, SSL_get_error(connection, count) == SSL_ERROR_WANT_READ ? EAGAIN : number);
      },
  };
}

// "HTTP/1.1 200" without what follows.
Result<std::string> status_line_start(const Channel& channel) {
  constexpr std::size_t kNeeded = 12;
  std::string received;
  while (received.size() < kNeeded) {
    std::array<char, kNeeded> chunk{};
    const auto count = channel.receive(chunk.data(), kNeeded - received.size());
    if (!count) return tl::unexpected(count.error());
    received.append(chunk.data(), *count);
  }
  return received;
}

// Whether the registry's API is there, once the way to it stands.
Status ask(const ProbeRequest& request, const Channel& channel) {
  const std::string question = "GET /v2/ HTTP/1.1\r\nHost: " + authority_of(request.registry) +
                               "\r\nUser-Agent: connected-registry/" + std::string(version()) +
                               "\r\nConnection: close\r\n\r\n";
  if (auto sent = channel.send(question); !sent) return sent;
  auto start = status_line_start(channel);
  if (!start) return tl::unexpected(std::move(start.error()));
  const bool is_http =
      start->starts_with("HTTP/1.") && (*start)[8] == ' ' &&
      std::all_of(start->begin() + 9, start->end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_http) return fail(ErrorCode::kUnavailable, place_of(request) + " does not speak HTTP");
  if ((*start)[9] >= '5') {
    return fail(ErrorCode::kUnavailable, place_of(request) + " answers with HTTP status " + start->substr(9));
  }
  return {};
}

}  // namespace

Result<std::string> probe(const ProbeRequest& request) {
  const openssl::ErrorScope errors;
  ContextHandle context;
  if (request.registry.scheme == contract::Scheme::kHttps) {
    auto made = client_context(request.bundle);
    if (!made) return tl::unexpected(std::move(made.error()));
    context = std::move(*made);
  }
  auto socket = connect_to(request);
  if (!socket) return tl::unexpected(std::move(socket.error()));
  if (!context) {
    if (auto answered = ask(request, plain_channel(request, *socket)); !answered) {
      return tl::unexpected(std::move(answered.error()));
    }
    return std::string();
  }
  auto connection = handshake(request, context.get(), *socket);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  if (auto answered = ask(request, tls_channel(request, connection->get())); !answered) {
    return tl::unexpected(std::move(answered.error()));
  }
  return authority_in(connection->get());
}

}  // namespace connected_registry::trust
