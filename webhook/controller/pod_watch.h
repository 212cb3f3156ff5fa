// Looks at the cluster's pods: keeps the table of those that are injected or not as they should be, and tells
// the owners of the latter in an Event each. It does not change them.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/timestamp.h"
#include "controller/pod_table.h"
#include "inject/policy.h"
#include "kube/client.h"

namespace connected_registry::controller {

using CurrentPolicy = std::function<std::shared_ptr<const inject::Policy>()>;

// Follows all pods of the cluster that have not ended. run() is for one thread.
class PodWatch {
 public:
  // `client` and `table` must outlive it. `policy` gives the policy of the moment, or nullptr.
  PodWatch(kube::Client& client, CurrentPolicy policy, PodTable& table, Clock clock = system_now);

  // Until `stop`. Reports nothing before there is a CA, and looks at all pods again when the policy changes.
  void run(const std::stop_token& stop);

 private:
  void follow_pods(const inject::Policy& policy, const std::stop_token& stop);
  void judge(const json::Value& pod, const inject::Policy& policy);
  void tell_owner(const json::Value& event, const std::string& namespace_, const std::string& name);

  kube::Client& client_;
  const CurrentPolicy policy_;
  PodTable& table_;
  const Clock clock_;
  std::set<std::string> told_;       // names of the Events written; of the following thread only
  std::atomic<bool> again_ = false;  // an Event could not be written: all pods are to be looked at again
};

}  // namespace connected_registry::controller
