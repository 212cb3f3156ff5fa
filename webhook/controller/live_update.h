// Updates the CA in running pods: writes the annotation from which kubelet writes the file.
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

// Returns the merge patch for one pod. It contains the pod's uid, so that a later pod of the same name is not
// changed.
json::Document bundle_patch(const PodName& pod, const std::string& bundle);

// run() is for one thread. Pods that are left when it ends are found by the next leader.
class LiveUpdate {
 public:
  // The minimal time between two updates: a thousand pods take about a minute.
  static constexpr std::chrono::milliseconds kInterval{50};

  // `client` and `table` must outlive it.
  LiveUpdate(kube::Client& client, CurrentPolicy policy, PodTable& table)
      : client_(client), policy_(std::move(policy)), table_(table) {}

  void run(const std::stop_token& stop);

 private:
  // Returns false where the API does not answer.
  bool update(const PodName& pod);

  kube::Client& client_;
  const CurrentPolicy policy_;
  PodTable& table_;
  ProgressLog progress_;
  kube::Backoff backoff_{std::chrono::milliseconds{200}, std::chrono::milliseconds{10'000}};
};

}  // namespace connected_registry::controller
