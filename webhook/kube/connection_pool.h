// Connections to the API, kept open between calls. Internal to this module.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "kube/client.h"
#include "net/https_client.h"

namespace connected_registry::kube {

// Thread-safe. Must outlive its loans.
class ConnectionPool {
 public:
  // A connection that is one caller's until the loan ends; then it is kept for another if it is still good.
  class Loan {
   public:
    Loan(ConnectionPool* pool, std::unique_ptr<net::Connection> connection, std::string ca_pem)
        : pool_(pool), connection_(std::move(connection)), ca_pem_(std::move(ca_pem)) {}
    ~Loan();
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    net::Connection& operator*() const { return *connection_; }
    net::Connection* operator->() const { return connection_.get(); }

   private:
    ConnectionPool* pool_;  // nullptr: not to be kept
    std::unique_ptr<net::Connection> connection_;
    std::string ca_pem_;  // what it was made with
  };

  explicit ConnectionPool(const Configuration& configuration) : configuration_(configuration) {}

  // An open connection where one is idle, else a new one. Reads the CA file: if it has changed, all
  // connections made with the old one are dropped.
  Result<Loan> take();

  // A new one, not kept afterwards, with a patience of its own.
  Result<Loan> take_new(std::chrono::milliseconds patience);

 private:
  struct Idle {
    std::unique_ptr<net::Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  // What the API's certificate is to verify against, now.
  Result<std::string> authorities() const;
  Result<std::unique_ptr<net::Connection>> make(const std::string& ca_pem,
                                                std::chrono::milliseconds patience) const;
  std::unique_ptr<net::Connection> take_idle(const std::string& ca_pem);
  void give_back(std::unique_ptr<net::Connection> connection, const std::string& ca_pem);

  const Configuration& configuration_;
  Mutex mutex_;
  std::string ca_pem_ GUARDED_BY(mutex_);  // of all idle ones
  std::vector<Idle> idle_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::kube
