#include "server/http_server.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "base/log.h"
#include "server/connection_table.h"
#include "server/listener.h"
#include "server/tls.h"

namespace connected_registry::server {
namespace {

Deadline in(std::chrono::milliseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

}  // namespace

class HttpServer::Implementation {
 public:
  Implementation(const ServerOptions& options, Routes routes, Listener listener,
                 std::optional<TlsContext> tls, Descriptor closing)
      : listener_(std::move(listener)),
        tls_(std::move(tls)),
        service_{std::move(routes), options.rules, options.timeouts, {}, std::move(closing)},
        connections_(options.max_connections,
                     [this](int socket, const IdleMark& mark_idle) { serve(socket, mark_idle); }),
        acceptor_([this] { accept_all(); }) {}
  ~Implementation() { stop({.leave = std::chrono::milliseconds(0), .finish = std::chrono::milliseconds(0)}); }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  Implementation(Implementation&&) = delete;
  Implementation& operator=(Implementation&&) = delete;

  int port() const { return listener_.port; }

  void stop(const StopOptions& options) {
    const std::lock_guard lock(stopping_);
    if (!acceptor_.joinable()) return;
    service_.phase = Phase::kLeaving;
    if (options.leave.count() > 0) std::this_thread::sleep_for(options.leave);
    service_.phase = Phase::kClosing;
    eventfd_write(service_.closing.get(), 1);
    acceptor_.join();
    listener_.socket = Descriptor();
    if (!connections_.wait_until_empty(in(options.finish))) {
      log::warning("connections are cut: their requests did not end in time");
    }
    connections_.cut();
  }

 private:
  bool closing() const { return service_.phase.load() == Phase::kClosing; }

  void serve(int socket, const IdleMark& mark_idle) {
    Ssl ssl = tls_ ? tls_->accept(socket) : nullptr;
    if (tls_ && ssl == nullptr) return;
    Wire wire(socket, std::move(ssl));
    serve_connection(wire, service_, mark_idle);
  }

  // Never ends by itself: what keeps one connection from being accepted must not keep out the next.
  void accept_all() {
    while (!closing()) {
      std::array<pollfd, 2> descriptors{{{.fd = listener_.socket.get(), .events = POLLIN, .revents = 0},
                                         {.fd = service_.closing.get(), .events = POLLIN, .revents = 0}}};
      static_cast<void>(poll(descriptors.data(), descriptors.size(), -1));
      if (descriptors[0].revents != 0) accept_one();
    }
  }

  void accept_one() {
    constexpr std::chrono::milliseconds kPause{100};
    if (!connections_.wait_for_room(in(kPause))) return;
    Descriptor socket = accept_from(listener_);
    if (socket) {
      last_problem_ = 0;
      connections_.add(std::move(socket));
      return;
    }
    const int problem = errno;
    const bool passing = problem == EAGAIN || problem == EINTR || problem == ECONNABORTED;
    if (passing) return;
    if (problem != last_problem_) {
      log::error("a connection cannot be accepted", {{"reason", std::generic_category().message(problem)}});
    }
    last_problem_ = problem;
    // Out of descriptors or memory: the connection is still there, so poll() would spin. A connection that
    // ends, or a stop, may end the shortage.
    pollfd stop{.fd = service_.closing.get(), .events = POLLIN, .revents = 0};
    static_cast<void>(poll(&stop, 1, static_cast<int>(kPause.count())));
  }

  Listener listener_;
  const std::optional<TlsContext> tls_;
  Service service_;
  ConnectionTable connections_;
  int last_problem_ = 0;  // the acceptor's own
  std::mutex stopping_;
  std::thread acceptor_;  // last: it uses all of the above
};

HttpServer::HttpServer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, Routes routes) {
  std::optional<TlsContext> tls;
  if (options.certificate != nullptr) {
    auto made = TlsContext::make(*options.certificate);
    if (!made) return tl::unexpected<Error>(std::move(made).error());
    tls = std::move(*made);
  }
  auto listener = listen_at(options.host, options.port);
  if (!listener) return tl::unexpected<Error>(std::move(listener).error());
  Descriptor closing(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!closing) return fail(ErrorCode::kIo, "eventfd: " + std::generic_category().message(errno));
  try {
    auto implementation = std::make_unique<Implementation>(options, std::move(routes), std::move(*listener),
                                                           std::move(tls), std::move(closing));
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(implementation)));
  } catch (const std::system_error& error) {
    return fail(ErrorCode::kUnavailable, std::string("no thread to accept connections: ") + error.what());
  }
}

int HttpServer::port() const {
  return implementation_->port();
}

void HttpServer::stop(const StopOptions& options) {
  implementation_->stop(options);
}

}  // namespace connected_registry::server
