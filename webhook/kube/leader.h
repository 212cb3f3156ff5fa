// Leader election over a Lease (coordination.k8s.io/v1), as in client-go: one holder renews it; another takes
// it over when it was not renewed for the lease's duration.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "kube/client.h"

namespace connected_registry::kube {

struct LeaderRequest {
  std::string namespace_;
  std::string lease;
  std::string identity;  // unique among the candidates: the pod's name
  json::Document owner;  // the Lease's ownerReference; null for none
  std::chrono::milliseconds duration{15'000};
  std::chrono::milliseconds renew_interval{5'000};
  std::chrono::milliseconds retry_interval{2'000};  // and up to 1.2 times more while another one leads
  std::function<double()> random = {};              // of the jitter, in [0, 1); for tests
};

// Runs until `stop`: competes for the Lease and calls `lead` in a thread of its own while holding it. The
// token given to `lead` stops when the Lease is lost (before another candidate can take it) or at `stop`.
// Releases the Lease at the end, so that a successor need not wait. Waits for as long as the server's
// Retry-After asks before the next try. A Lease expires by this machine's clock, counted from its last
// observed change, so the clocks of other machines do not matter.
void run_leader_election(Client& client, const LeaderRequest& request,
                         const std::function<void(const std::stop_token&)>& lead,
                         const std::stop_token& stop);

}  // namespace connected_registry::kube
