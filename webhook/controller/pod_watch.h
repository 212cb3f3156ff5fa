// Watches the pods of the cluster, keeps PodTable up to date, and records an Event for each pod that its
// owner must recreate. Does not change pods.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/timestamp.h"
#include "controller/pod_table.h"
#include "inject/policy.h"
#include "kube/client.h"

namespace connected_registry::controller {

using CurrentPolicy = std::function<std::shared_ptr<const inject::Policy>()>;

struct PodWatchIntervals {
  std::chrono::milliseconds policy{1'000};  // time between two checks for a new policy
  // Time between a failed request to create an Event and the next list of all pods.
  std::chrono::milliseconds relist{15'000};
};

// Watches all pods that have not ended. Call run() from one thread.
class PodWatch {
 public:
  // `client` and `table` must outlive this object. `policy` returns the current policy, or nullptr if there
  // is no policy.
  PodWatch(kube::Client& client, CurrentPolicy policy, PodTable& table, Clock clock = system_now,
           PodWatchIntervals intervals = {});

  // Runs until `stop`. Does nothing while there is no CA. Lists all pods again when the policy changes. Also
  // lists all pods again, after an interval, if the API did not answer the request to create an Event.
  void run(const std::stop_token& stop);

 private:
  void watch_pods(const inject::Policy& policy, const std::stop_token& stop);
  void classify(const json::Value& pod, const inject::Policy& policy, const std::string& bundle_sha256);
  void record_event(const json::Value& event, const PodName& pod);

  kube::Client& client_;
  const CurrentPolicy policy_;
  PodTable& table_;
  const Clock clock_;
  const PodWatchIntervals intervals_;
  std::atomic<bool> relist_ = false;  // an Event could not be created
};

}  // namespace connected_registry::controller
