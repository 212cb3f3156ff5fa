// Updates the CA in running pods. Writes the annotation that contains the CA bundle. The kubelet then writes
// the bundle to the file in the pod.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "controller/pod_table.h"
#include "controller/pod_watch.h"
#include "controller/progress_log.h"
#include "inject/policy.h"
#include "kube/backoff.h"
#include "kube/client.h"

namespace connected_registry::controller {

// Returns the merge patch for one pod. It contains the uid of the pod, so that it cannot change a later pod
// with the same name.
json::Document bundle_patch(const PodName& pod, const std::string& bundle);

// Call run() from one thread. If run() ends before all pods are updated, the next leader updates the
// remaining pods.
class LiveUpdate {
 public:
  // Minimum time between two updates. The update of a thousand pods takes about a minute.
  static constexpr std::chrono::milliseconds kInterval{50};

  // `client` and `table` must outlive this object.
  LiveUpdate(kube::Client& client, CurrentPolicy policy, PodTable& table)
      : client_(client), policy_(std::move(policy)), table_(table) {}

  void run(const std::stop_token& stop);

 private:
  // Returns false if the API does not answer.
  bool update(const PodName& pod);

  kube::Client& client_;
  const CurrentPolicy policy_;
  PodTable& table_;
  ProgressLog progress_;
  kube::Backoff backoff_{std::chrono::milliseconds{200}, std::chrono::milliseconds{10'000}};
};

}  // namespace connected_registry::controller
