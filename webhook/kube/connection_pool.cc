#include "kube/connection_pool.h"

#include "base/file.h"

namespace connected_registry::kube {
namespace {

constexpr std::size_t kMostIdle = 8;

// The API server closes a connection that was idle for 90 s.
constexpr std::chrono::seconds kLongestIdle{60};

}  // namespace

ConnectionPool::PooledConnection::~PooledConnection() {
  if (pool_ != nullptr && connection_ != nullptr) pool_->release(std::move(connection_), ca_pem_);
}

Result<ConnectionPool::PooledConnection> ConnectionPool::acquire() {
  auto ca_pem = read_ca();
  if (!ca_pem) return tl::unexpected(std::move(ca_pem).error());
  if (auto idle = acquire_idle(*ca_pem)) return PooledConnection(this, std::move(idle), std::move(*ca_pem));
  auto connection = make(*ca_pem);
  if (!connection) return tl::unexpected(std::move(connection).error());
  return PooledConnection(this, std::move(*connection), std::move(*ca_pem));
}

Result<ConnectionPool::PooledConnection> ConnectionPool::acquire_unpooled() {
  auto ca_pem = read_ca();
  if (!ca_pem) return tl::unexpected(std::move(ca_pem).error());
  auto connection = make(*ca_pem);
  if (!connection) return tl::unexpected(std::move(connection).error());
  return PooledConnection(nullptr, std::move(*connection), {});
}

Result<std::string> ConnectionPool::read_ca() const {
  if (configuration_.ca_file.empty()) return configuration_.ca_pem;
  auto ca_pem = file::read(configuration_.ca_file);
  if (!ca_pem) return fail(std::move(ca_pem).error(), "CA of the API server");
  // The HTTP client would take an empty one for "the CAs that this machine trusts".
  if (ca_pem->empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "CA of the API server: " + configuration_.ca_file.string() + " is empty");
  }
  return ca_pem;
}

Result<std::unique_ptr<net::HttpClient>> ConnectionPool::make(const std::string& ca_pem) const {
  const net::HttpTarget target{.host = configuration_.host,
                               .port = configuration_.port,
                               .ca_pem = ca_pem,
                               .server_name = configuration_.server_name,
                               .certificate_pem = configuration_.certificate_pem,
                               .key_pem = configuration_.key_pem};
  auto connection = net::HttpClient::make(target, timer_);
  if (!connection && !configuration_.ca_file.empty()) {
    return fail(std::move(connection).error(), configuration_.ca_file.string());
  }
  return connection;
}

std::unique_ptr<net::HttpClient> ConnectionPool::acquire_idle(const std::string& ca_pem) {
  std::vector<Idle> dropped;  // closed outside of the lock, since that may send
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

void ConnectionPool::release(std::unique_ptr<net::HttpClient> connection, const std::string& ca_pem) {
  if (!connection->is_open()) return;
  const MutexLock lock(mutex_);
  if (ca_pem != ca_pem_ || idle_.size() >= kMostIdle) return;
  idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace connected_registry::kube
