#include "http/acceptor.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "http/socket_transport.h"

namespace connected_registry::http {
namespace {

// A quarter of the shortest time there is to keep; no more often than a thread that sleeps is free.
std::chrono::milliseconds tick_of(const Timeouts& timeouts) {
  const std::chrono::milliseconds shortest =
      std::min({timeouts.handshake, timeouts.idle, timeouts.head, timeouts.body, timeouts.write,
                timeouts.first, timeouts.end});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

constexpr std::chrono::milliseconds kPause{100};
// So that a flood of new connections does not keep it from those that are late.
constexpr int kAcceptedAtOnce = 64;

}  // namespace

Acceptor::Acceptor(const Options& options, Listener listener, Descriptor wake, Service& service,
                   ConnectionTable& table)
    : options_(options),
      listener_(std::move(listener)),
      wake_(std::move(wake)),
      service_(service),
      table_(table),
      tick_(tick_of(service.timeouts)) {}

void Acceptor::run() {
  while (!ending_) {
    wait();
    if (service_.phase.load() == Phase::kClosing) {
      accept_some();  // who waits in the backlog has connected already
      listener_.socket = Descriptor();
      close_idle();
    }
    accept_some();
    end_overdue();
  }
}

void Acceptor::wake() const {
  eventfd_write(wake_.get(), 1);
}

void Acceptor::stop() {
  ending_ = true;
  wake();
}

int Acceptor::milliseconds_to_wait() const {
  const bool waits = table_.size() > 0 || (listener_.socket && !may_accept_);
  return waits ? static_cast<int>(std::min(tick_, kPause * 5).count()) : -1;
}

void Acceptor::wait() {
  std::array<pollfd, 2> descriptors{
      {{.fd = wake_.get(), .events = POLLIN, .revents = 0},
       {.fd = may_accept_ ? listener_.socket.get() : -1, .events = POLLIN, .revents = 0}}};
  const int milliseconds =
      may_accept_ ? milliseconds_to_wait() : static_cast<int>(std::min(tick_, kPause).count());
  static_cast<void>(poll(descriptors.data(), descriptors.size(), milliseconds));
  eventfd_t ignored = 0;
  if (descriptors[0].revents != 0) static_cast<void>(eventfd_read(wake_.get(), &ignored));
  may_accept_ = true;
}

void Acceptor::accept_some() {
  if (!listener_.socket) return;
  for (int count = 0; count < kAcceptedAtOnce; ++count) {
    if (!has_room() || !accept_one()) return;
  }
}

// Closes a connection if there must be room for one that waits.
bool Acceptor::has_room() {
  if (table_.size() < options_.max_connections) {
    was_full_ = false;
    return true;
  }
  pollfd waiting{.fd = listener_.socket.get(), .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, 0) != 1) return false;
  if (!was_full_)
    log::warning("too many connections: one is closed for each new one", {{"connections", table_.size()}});
  was_full_ = true;
  const ConnectionTable::Taken taken = table_.take_to_evict();
  if (!taken) {
    may_accept_ = false;  // all are being served; the new one waits in the backlog
    return false;
  }
  service_.metrics.evicted.add();
  taken.connection->leave();
  table_.put(taken, Next{});
  return true;
}

bool Acceptor::accept_one() {
  Descriptor socket = accept_from(listener_);
  if (!socket) {
    trouble(errno);
    return false;
  }
  last_problem_ = 0;
  service_.metrics.accepted.add();
  Ssl ssl;
  if (options_.certificate != nullptr) {
    const std::shared_ptr<const TlsContext> context = options_.certificate->get();
    if (context == nullptr) return true;  // nothing to prove itself with yet
    ssl = context->accept(socket.get());
    if (ssl == nullptr) return true;
  }
  const int number = socket.get();
  table_.add(std::make_unique<Connection>(
                 std::make_unique<SocketTransport>(std::move(socket), std::move(ssl)), service_),
             number);
  return true;
}

// What keeps one connection from being accepted must not keep out the next.
void Acceptor::trouble(int problem) {
  if (problem == EAGAIN || problem == EINTR || problem == ECONNABORTED) return;
  if (problem != last_problem_) {
    log::error("a connection cannot be accepted", {{"reason", std::generic_category().message(problem)}});
  }
  last_problem_ = problem;
  // Out of descriptors or memory: the connection is still there, so poll() would spin. One that ends, or that
  // idles and is closed for it, ends the shortage.
  may_accept_ = false;
  if (const ConnectionTable::Taken taken = table_.take_idle()) {
    service_.metrics.evicted.add();
    taken.connection->leave();
    table_.put(taken, Next{});
  }
}

void Acceptor::end_overdue() {
  const Deadline now = std::chrono::steady_clock::now();
  while (const ConnectionTable::Taken taken = table_.take_overdue(now)) {
    table_.put(taken, taken.connection->expire());
  }
}

// A request that has arrived meanwhile is still answered.
void Acceptor::close_idle() {
  while (const ConnectionTable::Taken taken = table_.take_idle()) {
    table_.put(taken, taken.connection->advance(worker_));
  }
}

}  // namespace connected_registry::http
