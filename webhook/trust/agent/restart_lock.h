// A lock in a Lease. Only the node that holds the lock may restart its containerd.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "kube/client.h"
#include "kube/lease.h"

namespace connected_registry::trust {

struct RestartLockRequest {
  names::Installation installation;
  std::string node;
  // Time until the lock of another node expires. It is longer than a restart. After this time, the holder's
  // restart has failed, and the holder's status has reported this.
  std::chrono::seconds duration = std::chrono::minutes(10);
};

// The object must live as long as the agent, because it measures the expiry of another node's lock: with the
// monotonic clock of this machine, from the last observed change of the Lease, as in leader election.
// Therefore the clocks of other nodes do not matter. Not thread-safe: use it from one thread.
class RestartLock {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  // `client` must outlive the lock.
  RestartLock(kube::Client& client, RestartLockRequest request, Clock clock = system_now,
              SteadyClock steady_clock = std::chrono::steady_clock::now);

  // Acquires the lock. Renews it if this node already holds it, even if a previous agent acquired it.
  // kUnavailable: another node holds the lock or acquired it first.
  Status acquire();

  // Releases the lock. Does nothing if this node no longer holds the lock.
  Status release();

 private:
  bool is_free(const kube::LeaseRecord& current);
  kube::LeaseRecord held_after(const kube::LeaseRecord& current) const;
  Status create();

  kube::Client& client_;
  const RestartLockRequest request_;
  const Clock clock_;
  const SteadyClock steady_clock_;
  kube::LeaseRecord observed_;  // the last observed record; observed_at_: time of its first observation
  std::optional<std::chrono::steady_clock::time_point> observed_at_;
};

}  // namespace connected_registry::trust
