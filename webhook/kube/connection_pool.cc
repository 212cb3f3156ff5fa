#include "kube/connection_pool.h"

#include "base/file.h"

namespace connected_registry::kube {
namespace {

constexpr std::size_t kMostIdle = 8;

// The API server closes a connection that was idle for 90 s.
constexpr std::chrono::seconds kLongestIdle{60};

// Added to the library's own time limits, so that the caller's deadline is the one that speaks.
constexpr std::chrono::milliseconds kMargin{1'000};

}  // namespace

ConnectionPool::Loan::~Loan() {
  if (pool_ != nullptr && connection_ != nullptr) pool_->give_back(std::move(connection_), ca_pem_);
}

Result<ConnectionPool::Loan> ConnectionPool::take() {
  auto ca_pem = authorities();
  if (!ca_pem) return tl::unexpected(std::move(ca_pem).error());
  if (auto idle = take_idle(*ca_pem)) return Loan(this, std::move(idle), std::move(*ca_pem));
  auto connection = make(*ca_pem, configuration_.timeout);
  if (!connection) return tl::unexpected(std::move(connection).error());
  return Loan(this, std::move(*connection), std::move(*ca_pem));
}

Result<ConnectionPool::Loan> ConnectionPool::take_new(std::chrono::milliseconds patience) {
  auto ca_pem = authorities();
  if (!ca_pem) return tl::unexpected(std::move(ca_pem).error());
  auto connection = make(*ca_pem, patience);
  if (!connection) return tl::unexpected(std::move(connection).error());
  return Loan(nullptr, std::move(*connection), {});
}

Result<std::string> ConnectionPool::authorities() const {
  if (configuration_.ca_file.empty()) return configuration_.ca_pem;
  auto ca_pem = file::read(configuration_.ca_file);
  if (!ca_pem) return fail(std::move(ca_pem).error(), "CA of the API");
  return ca_pem;
}

Result<std::unique_ptr<net::Connection>> ConnectionPool::make(const std::string& ca_pem,
                                                              std::chrono::milliseconds patience) const {
  const net::HttpsTarget endpoint{.host = configuration_.host,
                                  .port = configuration_.port,
                                  .ca_pem = ca_pem,
                                  .server_name = configuration_.server_name,
                                  .certificate_pem = configuration_.certificate_pem,
                                  .key_pem = configuration_.key_pem};
  auto connection = net::Connection::make(endpoint, patience + kMargin);
  if (!connection && !configuration_.ca_file.empty())
    return fail(std::move(connection).error(), configuration_.ca_file.string());
  return connection;
}

std::unique_ptr<net::Connection> ConnectionPool::take_idle(const std::string& ca_pem) {
  std::vector<Idle> dropped;  // closed outside of the lock: that may send
  const MutexLock lock(mutex_);
  if (ca_pem != ca_pem_) {
    ca_pem_ = ca_pem;
    dropped.swap(idle_);
  }
  const auto oldest = std::chrono::steady_clock::now() - kLongestIdle;
  while (!idle_.empty()) {
    Idle newest = std::move(idle_.back());
    idle_.pop_back();
    if (newest.since > oldest) return std::move(newest.connection);
    dropped.push_back(std::move(newest));
  }
  return nullptr;
}

void ConnectionPool::give_back(std::unique_ptr<net::Connection> connection, const std::string& ca_pem) {
  if (!connection->is_open() || connection->interrupt().reason() != net::Interrupt::Reason::kNone) return;
  const MutexLock lock(mutex_);
  if (ca_pem != ca_pem_ || idle_.size() >= kMostIdle) return;
  idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace connected_registry::kube
