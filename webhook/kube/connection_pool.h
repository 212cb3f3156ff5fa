// A pool of connections to the API server that stay open between calls. Internal to this module.
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
  // A connection for one caller. The destructor returns the connection to the pool if it is still usable.
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
    ConnectionPool* pool_;  // nullptr: the connection does not return to a pool
    std::unique_ptr<net::HttpClient> connection_;
    std::string ca_pem_;  // the CAs with which the connection was made
  };

  // Both arguments must outlive the pool.
  ConnectionPool(const Configuration& configuration, net::DeadlineTimer& timer)
      : configuration_(configuration), timer_(timer) {}

  // Returns an idle open connection if there is one, otherwise a new one. Reads the CA file. If the file has
  // changed, idle connections that were made with the old content are closed.
  Result<PooledConnection> acquire();

  // Returns a new connection that does not return to the pool.
  Result<PooledConnection> acquire_unpooled();

 private:
  struct Idle {
    std::unique_ptr<net::HttpClient> connection;
    std::chrono::steady_clock::time_point since;
  };

  // Returns the current CAs for the API server's certificate, as PEM.
  Result<std::string> read_ca() const;
  Result<std::unique_ptr<net::HttpClient>> make(const std::string& ca_pem) const;
  std::unique_ptr<net::HttpClient> acquire_idle(const std::string& ca_pem);
  void release(std::unique_ptr<net::HttpClient> connection, const std::string& ca_pem);

  const Configuration& configuration_;
  net::DeadlineTimer& timer_;
  Mutex mutex_;
  std::string ca_pem_ GUARDED_BY(mutex_);  // the CAs with which all idle connections were made
  std::vector<Idle> idle_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::kube
