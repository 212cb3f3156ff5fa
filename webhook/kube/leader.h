// Leader election with a Lease (coordination.k8s.io/v1), like client-go. The holder renews the Lease. Another
// candidate acquires it if the holder has not renewed it for the Lease's duration.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "kube/client.h"

namespace connected_registry::kube {

struct LeaderRequest {
  std::string namespace_;
  std::string lease;
  std::string identity;                // unique among the candidates, for example the pod's name
  std::vector<json::Document> owners;  // ownerReferences of the Lease
  std::chrono::milliseconds duration{15'000};
  std::chrono::milliseconds renew_interval{5'000};
  // Time between tries to acquire the Lease. A random time of up to 1.2 times this time is added.
  std::chrono::milliseconds retry_interval{2'000};
  std::function<double()> random = {};  // source of the jitter, in [0, 1); for tests
};

// Runs until `stop` is requested. Competes for the Lease and, while it has the Lease, calls `lead` in a
// separate thread. The token that `lead` receives stops if the Lease is lost (before another candidate can
// acquire it) or if `stop` is requested. Releases the Lease at the end, so that the next leader does not
// wait. If the server sends Retry-After, waits that long before the next try. A Lease expires by this
// machine's clock, counted from its last observed change, so the clocks of other machines do not matter. The
// duration that another holder wrote counts for at most three of the request's durations, so that nobody can
// stop the candidates for long by one write.
void run_leader_election(Client& client, const LeaderRequest& request,
                         const std::function<void(const std::stop_token&)>& lead,
                         const std::stop_token& stop);

}  // namespace connected_registry::kube
