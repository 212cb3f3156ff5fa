// Finds pods that should have the registry's CA and have it not: created while no webhook answered, or before
// there was a CA. Each gets one Event. It does not change them: a running pod can get no volume.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/timestamp.h"
#include "inject/policy.h"
#include "kube/client.h"

namespace connected_registry::controller {

// The Event to create for a pod; null where the pod is as it should be. Pure.
json::Document missed_pod_event(const json::Value& pod, const inject::Policy& policy, TimePoint now);

using CurrentPolicy = std::function<std::shared_ptr<const inject::Policy>()>;

// Follows all pods of the cluster that have not ended. run() is for one thread.
class MissedPods {
 public:
  // `client` must outlive it. `policy` gives the policy of the moment, or nullptr.
  MissedPods(kube::Client& client, CurrentPolicy policy, Clock clock = system_now);

  // Until `stop`. Reports nothing before there is a CA, and looks at all pods again when the policy changes.
  void run(const std::stop_token& stop);

 private:
  void follow_pods(const inject::Policy& policy, const std::stop_token& stop);
  void judge(const json::Value& pod, const inject::Policy& policy);

  kube::Client& client_;
  const CurrentPolicy policy_;
  const Clock clock_;
  std::set<std::string> reported_;   // uids; of the following thread only
  std::atomic<bool> again_ = false;  // an Event could not be written: all pods are to be looked at again
};

}  // namespace connected_registry::controller
