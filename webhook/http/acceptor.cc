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

// Returns a quarter of the shortest timeout, within bounds: a thread that wakes all the time is not free.
std::chrono::milliseconds tick_of(const Timeouts& timeouts) {
  const std::chrono::milliseconds shortest =
      std::min({timeouts.handshake, timeouts.idle, timeouts.head, timeouts.body, timeouts.write,
                timeouts.first, timeouts.linger});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(500));
}

constexpr std::chrono::milliseconds kRetryDelay{100};
// Bounded, so that a flood of new connections does not delay the end of overdue ones.
constexpr int kMaxAcceptedAtOnce = 64;

}  // namespace

Acceptor::Acceptor(const Options& options, Listener listener, Descriptor wake, ServerState& server,
                   ConnectionTable& table)
    : options_(options),
      listener_(std::move(listener)),
      wake_(std::move(wake)),
      server_(server),
      table_(table),
      tick_(tick_of(server.timeouts)) {}

void Acceptor::run() {
  while (!ending_) {
    wait();
    if (server_.phase.load() == Phase::kClosing) {
      accept_some();  // clients in the backlog have connected already
      listener_.socket = Descriptor();
      close_idle();
    }
    accept_some();
    expire_overdue();
  }
  // A server that is stopped right after its start comes here without a turn of the loop.
  listener_.socket = Descriptor();
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
  return waits ? static_cast<int>(std::min(tick_, kRetryDelay * 5).count()) : -1;
}

void Acceptor::wait() {
  std::array<pollfd, 2> descriptors{
      {{.fd = wake_.get(), .events = POLLIN, .revents = 0},
       {.fd = may_accept_ ? listener_.socket.get() : -1, .events = POLLIN, .revents = 0}}};
  const int milliseconds =
      may_accept_ ? milliseconds_to_wait() : static_cast<int>(std::min(tick_, kRetryDelay).count());
  static_cast<void>(poll(descriptors.data(), descriptors.size(), milliseconds));
  eventfd_t ignored = 0;
  if (descriptors[0].revents != 0) static_cast<void>(eventfd_read(wake_.get(), &ignored));
  may_accept_ = true;
}

void Acceptor::accept_some() {
  if (!listener_.socket) return;
  for (int count = 0; count < kMaxAcceptedAtOnce; ++count) {
    if (!make_room() || !accept_one()) return;
  }
}

// Evicts a connection if the table is full and a new one waits. Reports whether there is room.
bool Acceptor::make_room() {
  if (table_.size() < options_.max_connections) {
    was_full_ = false;
    return true;
  }
  pollfd waiting{.fd = listener_.socket.get(), .events = POLLIN, .revents = 0};
  if (poll(&waiting, 1, 0) != 1) return false;
  if (!was_full_)
    log::warning("too many connections: each new one closes an old one", {{"connections", table_.size()}});
  was_full_ = true;
  const ConnectionTable::Taken taken = table_.take_to_evict();
  if (!taken) {
    may_accept_ = false;  // all are in use; the new one waits in the backlog
    return false;
  }
  server_.metrics.evicted.add();
  taken.connection->shut_down();
  table_.put(taken, Wait{});
  return true;
}

bool Acceptor::accept_one() {
  Descriptor socket = accept_from(listener_);
  if (!socket) {
    handle_accept_error(errno);
    return false;
  }
  last_error_ = 0;
  server_.metrics.accepted.add();
  Ssl ssl;
  if (options_.certificate != nullptr) {
    const std::shared_ptr<const TlsContext> context = options_.certificate->get();
    if (context == nullptr) return true;  // no certificate yet: the connection is closed
    ssl = context->accept(socket.get());
    if (ssl == nullptr) return true;
  }
  const int number = socket.get();
  table_.add(std::make_unique<Connection>(
                 std::make_unique<SocketTransport>(std::move(socket), std::move(ssl)), server_),
             number);
  return true;
}

// Frees a descriptor where they have run out.
void Acceptor::handle_accept_error(int error) {
  if (error == EAGAIN || error == EINTR || error == ECONNABORTED) return;
  if (error != last_error_) {
    log::error("cannot accept a connection", {{"reason", std::generic_category().message(error)}});
  }
  last_error_ = error;
  // Descriptors or memory are short: the connection stays in the backlog, so poll() would spin. The shortage
  // ends with a connection: an idle one is evicted for it.
  may_accept_ = false;
  if (const ConnectionTable::Taken taken = table_.take_idle()) {
    server_.metrics.evicted.add();
    taken.connection->shut_down();
    table_.put(taken, Wait{});
  }
}

void Acceptor::expire_overdue() {
  const Deadline now = std::chrono::steady_clock::now();
  while (const ConnectionTable::Taken taken = table_.take_overdue(now)) {
    table_.put(taken, taken.connection->expire());
  }
}

// Advances idle connections, which close unless a request has arrived meanwhile: that is still answered.
void Acceptor::close_idle() {
  while (const ConnectionTable::Taken taken = table_.take_idle()) {
    table_.put(taken, taken.connection->advance(worker_));
  }
}

}  // namespace connected_registry::http
