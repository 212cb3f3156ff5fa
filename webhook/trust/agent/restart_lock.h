// A lock over a Lease: the right to restart containerd, for one node of the cluster at a time.
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
  // Longer than a restart takes. After that time the holder has failed, and its status has shown it to
  // people.
  std::chrono::seconds duration = std::chrono::minutes(10);
};

// Must live as long as the agent: a lock held by another node expires by our own monotonic clock, since this
// object last observed a change of the Lease, as in leader election. Clocks of other nodes do not matter. Not
// thread-safe.
class RestartLock {
 public:
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;

  // `client` must outlive the lock.
  RestartLock(kube::Client& client, RestartLockRequest request, Clock clock = system_now,
              SteadyClock steady_clock = std::chrono::steady_clock::now);

  // Acquires the lock, or renews it if this node holds it, even from a former agent. kUnavailable: another
  // node holds it, or was faster.
  Status acquire();

  // Releases the lock. Does nothing if this node does not hold it any more.
  Status release();

 private:
  bool is_free(const kube::LeaseRecord& current);
  kube::LeaseRecord held_after(const kube::LeaseRecord& current) const;
  Status create();

  kube::Client& client_;
  const RestartLockRequest request_;
  const Clock clock_;
  const SteadyClock steady_clock_;
  kube::LeaseRecord observed_;  // the last one observed, and when it was first observed
  std::optional<std::chrono::steady_clock::time_point> observed_at_;
};

}  // namespace connected_registry::trust
