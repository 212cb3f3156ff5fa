#include "http/server.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/mutex.h"
#include "http/acceptor.h"
#include "http/connection_table.h"
#include "http/listener.h"
#include "http/poller.h"

namespace connected_registry::http {
namespace {

std::size_t thread_count(std::size_t asked) {
  // One for small requests, one for a large one, one for the handshakes that come meanwhile; more than four
  // never have work at once.
  constexpr unsigned kLeast = 3;
  constexpr unsigned kMost = 4;
  return asked != 0 ? asked : std::clamp(std::thread::hardware_concurrency(), kLeast, kMost);
}

// The first is served by one thread, the last by the others.
using Pollers = std::vector<Poller>;

Result<Pollers> make_pollers(std::size_t count) {
  Pollers pollers;
  while (pollers.size() < count) {
    auto poller = Poller::make();
    if (!poller) return tl::unexpected<Error>(std::move(poller).error());
    pollers.push_back(std::move(*poller));
  }
  return pollers;
}

ServerMetrics metrics_of(const ServerOptions& options) {
  return options.metrics == nullptr ? ServerMetrics{} : ServerMetrics::of(*options.metrics, options.name);
}

}  // namespace

class HttpServer::Implementation {
 public:
  Implementation(const ServerOptions& options, Routes routes, Listener listener, Pollers pollers,
                 Descriptor wake)
      : service_{.routes = std::move(routes),
                 .rules = options.rules,
                 .timeouts = options.timeouts,
                 .metrics = metrics_of(options),
                 .budget = MemoryBudget(options.max_buffered)},
        pollers_(std::move(pollers)),
        table_(pollers_.front(), pollers_.back()),
        acceptor_({.certificate = options.certificate, .max_connections = options.max_connections},
                  std::move(listener), std::move(wake), service_, table_) {
    for (std::size_t i = 0; i < thread_count(options.threads); ++i) {
      benches_.push_back(std::make_unique<WorkerContext>());
    }
  }
  ~Implementation() { stop({.leave = std::chrono::milliseconds(0), .finish = std::chrono::milliseconds(0)}); }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  Implementation(Implementation&&) = delete;
  Implementation& operator=(Implementation&&) = delete;

  // Throws std::system_error where threads are short; the destructor then ends those that run.
  void start() {
    for (const auto& worker : benches_) {
      const Poller& poller = threads_.empty() ? pollers_.front() : pollers_.back();
      threads_.emplace_back([this, &worker, &poller] { work(poller, *worker); });
    }
    attendance_ = std::thread([this] { acceptor_.run(); });
  }

  int port() const { return acceptor_.port(); }

  void stop(const StopOptions& options) {
    const MutexLock lock(stopping_);
    if (stopped_) return;
    stopped_ = true;
    service_.phase = Phase::kLeaving;
    if (options.leave.count() > 0) std::this_thread::sleep_for(options.leave);
    service_.phase = Phase::kClosing;
    acceptor_.wake();
    if (attendance_.joinable() &&
        !table_.wait_until_empty(std::chrono::steady_clock::now() + options.finish)) {
      log::warning("connections are cut: their requests did not end in time");
    }
    acceptor_.stop();
    for (const Poller& poller : pollers_) poller.stop();
    if (attendance_.joinable()) attendance_.join();
    for (std::thread& thread : threads_) thread.join();
    table_.clear();
  }

 private:
  void work(const Poller& poller, WorkerContext& worker) {
    for (;;) {
      const Poller::Id id = poller.wait();
      if (id == Poller::kStop) return;
      if (const ConnectionTable::Taken taken = table_.take(id)) {
        table_.put(taken, taken.connection->advance(worker));
      }
    }
  }

  Service service_;
  const Pollers pollers_;
  ConnectionTable table_;
  Acceptor acceptor_;
  std::vector<std::unique_ptr<WorkerContext>> benches_;
  Mutex stopping_;
  bool stopped_ GUARDED_BY(stopping_) = false;
  std::vector<std::thread> threads_;
  std::thread attendance_;
};

HttpServer::HttpServer(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options, Routes routes) {
  auto listener = listen_at(options.host, options.port);
  if (!listener) return tl::unexpected<Error>(std::move(listener).error());
  auto pollers = make_pollers(std::min<std::size_t>(thread_count(options.threads), 2));
  if (!pollers) return tl::unexpected<Error>(std::move(pollers).error());
  Descriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return fail(ErrorCode::kIo, "eventfd: " + std::generic_category().message(errno));
  try {
    auto implementation = std::make_unique<Implementation>(options, std::move(routes), std::move(*listener),
                                                           std::move(*pollers), std::move(wake));
    implementation->start();
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(implementation)));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kUnavailable, std::string("no thread or memory to serve with: ") + error.what());
  }
}

int HttpServer::port() const {
  return implementation_->port();
}

void HttpServer::stop(const StopOptions& options) {
  implementation_->stop(options);
}

}  // namespace connected_registry::http
