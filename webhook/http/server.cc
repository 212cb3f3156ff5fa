#include "http/server.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <new>
#include <stop_token>
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
  // One for small requests, one for a large one, one for handshakes meanwhile; more than four never have work
  // at once.
  constexpr unsigned kMin = 3;
  constexpr unsigned kMax = 4;
  return asked != 0 ? asked : std::clamp(std::thread::hardware_concurrency(), kMin, kMax);
}

// One thread serves the first, the other threads the last.
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
      : server_{.routes = std::move(routes),
                .limits = options.limits,
                .timeouts = options.timeouts,
                .metrics = metrics_of(options),
                .budget = MemoryBudget(options.max_buffered)},
        pollers_(std::move(pollers)),
        table_(pollers_.front(), pollers_.back()),
        acceptor_({.certificate = options.certificate, .max_connections = options.max_connections},
                  std::move(listener), std::move(wake), server_, table_) {
    for (std::size_t i = 0; i < thread_count(options.threads); ++i) {
      workers_.push_back(std::make_unique<WorkerContext>());
    }
  }
  ~Implementation() {
    stop({.drain_timeout = std::chrono::milliseconds(0), .grace_period = std::chrono::milliseconds(0)});
  }
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  Implementation(Implementation&&) = delete;
  Implementation& operator=(Implementation&&) = delete;

  // Throws std::system_error where no thread can be made; the destructor then ends those that run.
  void start() {
    for (const auto& worker : workers_) {
      const Poller& poller = worker_threads_.empty() ? pollers_.front() : pollers_.back();
      worker_threads_.emplace_back([this, &worker, &poller] { work(poller, *worker); });
    }
    acceptor_thread_ = std::thread([this] { acceptor_.run(); });
  }

  int port() const { return acceptor_.port(); }

  void stop(const StopOptions& options) {
    const Deadline drain_deadline = std::chrono::steady_clock::now() + options.drain_timeout;
    {
      MutexLock lock(mutex_);
      drain_deadline_ = std::min(drain_deadline_, drain_deadline);
      grace_deadline_ = std::min(grace_deadline_, drain_deadline + options.grace_period);
      deadlines_changed_.request_stop();
      changed_.notify_all();
      if (std::exchange(is_stopping_, true)) {
        changed_.wait(lock, [this]() REQUIRES(mutex_) { return has_stopped_; });
        return;
      }
    }
    drain();
    close();
    const MutexLock lock(mutex_);
    has_stopped_ = true;
    changed_.notify_all();
  }

 private:
  void drain() {
    server_.phase = Phase::kDraining;
    MutexLock lock(mutex_);
    for (Deadline until = drain_deadline_; std::chrono::steady_clock::now() < until;
         until = drain_deadline_) {
      changed_.wait_until(lock, until);
    }
  }

  void close() {
    server_.phase = Phase::kClosing;
    acceptor_.wake();
    if (acceptor_thread_.joinable() && !wait_for_connections()) {
      log::warning("requests did not end within the grace period: their connections are closed");
    }
    acceptor_.stop();
    for (const Poller& poller : pollers_) poller.stop();
    if (acceptor_thread_.joinable()) acceptor_thread_.join();
    for (std::thread& thread : worker_threads_) thread.join();
    table_.clear();
  }

  // Reports whether all connections have closed within the grace period.
  bool wait_for_connections() {
    for (;;) {
      Deadline deadline;
      std::stop_token changed;
      {
        const MutexLock lock(mutex_);
        deadline = grace_deadline_;
        deadlines_changed_ = std::stop_source();
        changed = deadlines_changed_.get_token();
      }
      if (table_.wait_until_empty(deadline, changed)) return true;
      if (!changed.stop_requested()) return false;
    }
  }

  void work(const Poller& poller, WorkerContext& worker) {
    for (;;) {
      const Poller::Id id = poller.wait();
      if (id == Poller::kStop) return;
      if (const ConnectionTable::Taken taken = table_.take(id)) {
        table_.put(taken, taken.connection->advance(worker));
      }
    }
  }

  ServerState server_;
  const Pollers pollers_;
  ConnectionTable table_;
  Acceptor acceptor_;
  std::vector<std::unique_ptr<WorkerContext>> workers_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  Deadline drain_deadline_ GUARDED_BY(mutex_) = Deadline::max();
  Deadline grace_deadline_ GUARDED_BY(mutex_) = Deadline::max();
  std::stop_source deadlines_changed_ GUARDED_BY(mutex_);  // wakes who waits until grace_deadline_
  bool is_stopping_ GUARDED_BY(mutex_) = false;
  bool has_stopped_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> worker_threads_;
  std::thread acceptor_thread_;
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
    return fail(ErrorCode::kUnavailable, std::string("cannot start the server's threads: ") + error.what());
  }
}

int HttpServer::port() const {
  return implementation_->port();
}

void HttpServer::stop(const StopOptions& options) {
  implementation_->stop(options);
}

}  // namespace connected_registry::http
