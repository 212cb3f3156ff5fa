// Brings a new CA into running pods: writes their annotation, from which kubelet writes the file.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "controller/pod_table.h"
#include "controller/progress_log.h"
#include "inject/policy.h"
#include "kube/backoff.h"
#include "kube/client.h"

namespace connected_registry::controller {

// The merge patch for one pod. It names the pod's uid: one of the same name that came later is not touched.
json::Document bundle_patch(const PodName& pod, const std::string& bundle);

// run() is for one thread. What is left when it ends, whoever leads next finds by looking at the pods.
class LiveUpdate {
 public:
  // The least time between two updates: a thousand pods take about a minute.
  static constexpr std::chrono::milliseconds kInterval{50};

  // `client` and `table` must outlive it.
  LiveUpdate(kube::Client& client, std::function<std::shared_ptr<const inject::Policy>()> policy,
             PodTable& table)
      : client_(client), policy_(std::move(policy)), table_(table) {}

  void run(const std::stop_token& stop);

 private:
  // False where the API does not answer.
  bool update(const PodName& pod);

  kube::Client& client_;
  const std::function<std::shared_ptr<const inject::Policy>()> policy_;
  PodTable& table_;
  ProgressLog progress_;
  kube::Backoff backoff_{std::chrono::milliseconds{200}, std::chrono::milliseconds{10'000}};
};

}  // namespace connected_registry::controller
