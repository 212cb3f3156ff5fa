// Leader election over a Lease (coordination.k8s.io/v1), as client-go does it: one holder, renewed, taken
// over when it was not renewed for the lease's duration.
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
  json::Document owner;  // an ownerReference object to put on the Lease; null for none
  std::chrono::milliseconds duration{15'000};
  std::chrono::milliseconds renew_interval{5'000};
  std::chrono::milliseconds retry_interval{2'000};
};

// Runs until `stop`: competes for the Lease and calls `lead` in a thread of its own while holding it; the
// token given to `lead` stops when the Lease is lost (before another can take it) or at `stop`. Gives the
// Lease up on the way out, so that a successor need not wait. Expiry is judged by our own clock since we last
// saw the Lease change, so clocks of other machines do not matter.
void run_leader_election(Client& client, const LeaderRequest& request,
                         const std::function<void(const std::stop_token&)>& lead,
                         const std::stop_token& stop);

}  // namespace connected_registry::kube
