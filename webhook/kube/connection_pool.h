// A pool of connections to the API server, kept open between calls. Internal to this module.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kube/client.h"
#include "net/http_client.h"

namespace connected_registry::kube {

// Thread-safe. Must outlive its connections.
class ConnectionPool {
 public:
  // A connection that one caller uses. At its end the connection returns to the pool if it is still good.
  class PooledConnection {
   public:
    PooledConnection(ConnectionPool* pool, std::unique_ptr<net::HttpClient> connection, std::string ca_pem)
        : pool_(pool), connection_(std::move(connection)), ca_pem_(std::move(ca_pem)) {}
    ~PooledConnection();
    PooledConnection(PooledConnection&&) noexcept = default;
    PooledConnection& operator=(PooledConnection&&) = delete;
    PooledConnection(const PooledConnection&) = delete;
    PooledConnection& operator=(const PooledConnection&) = delete;

    net::HttpClient* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;  // nullptr: does not return
    std::unique_ptr<net::HttpClient> connection_;
    std::string ca_pem_;  // that it was made with
  };

  // Both must outlive the pool.
  ConnectionPool(const Configuration& configuration, net::DeadlineTimer& timer)
      : configuration_(configuration), timer_(timer) {}

  // Returns an open connection where one is idle, else a new one. Reads the CA file: when it has changed,
  // connections made with the old one are closed.
  Result<PooledConnection> acquire();

  // Returns a new connection that does not come back to the pool.
  Result<PooledConnection> acquire_unpooled();

 private:
  struct Idle {
    std::unique_ptr<net::HttpClient> connection;
    std::chrono::steady_clock::time_point since;
  };

  // Reads what the API server's certificate must verify against, now.
  Result<std::string> read_ca() const;
  Result<std::unique_ptr<net::HttpClient>> make(const std::string& ca_pem) const;
  std::unique_ptr<net::HttpClient> acquire_idle(const std::string& ca_pem);
  void release(std::unique_ptr<net::HttpClient> connection, const std::string& ca_pem);

  const Configuration& configuration_;
  net::DeadlineTimer& timer_;
  Mutex mutex_;
  std::string ca_pem_ GUARDED_BY(mutex_);  // of all idle ones
  std::vector<Idle> idle_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::kube
