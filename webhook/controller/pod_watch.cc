#include "controller/pod_watch.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/sha256.h"
#include "base/stop.h"
#include "contract/names.h"
#include "kube/reflector.h"

namespace connected_registry::controller {
namespace {

std::string uid_of(const json::Value& pod) {
  return std::string(json::string_at(pod, {"metadata", "uid"}));
}

}  // namespace

PodWatch::PodWatch(kube::Client& client, CurrentPolicy policy, PodTable& table, Clock clock,
                   PodWatchIntervals intervals)
    : client_(client),
      policy_(std::move(policy)),
      table_(table),
      clock_(std::move(clock)),
      intervals_(intervals) {}

void PodWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto policy = policy_();
    if (policy == nullptr || policy->bundle.empty()) {
      wait_for(stop, intervals_.policy);
      continue;
    }
    // An API that refuses Events must not have to list all pods without pause.
    if (relist_.exchange(false)) wait_for(stop, intervals_.relist);
    // Ends with the policy: all pods have to be classified against the new one.
    const std::jthread watch([&](const std::stop_token& ending) {
      const log::ComponentScope component("controller");
      watch_pods(*policy, ending);
    });
    while (policy_() == policy && !relist_ && wait_for(stop, intervals_.policy)) {
    }
  }
}

void PodWatch::watch_pods(const inject::Policy& policy, const std::stop_token& stop) {
  const std::string bundle_sha256 = sha256_hex(policy.bundle);
  const kube::ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& pods) {
            std::set<std::string> uids;
            for (const json::Value* pod : pods) {
              classify(*pod, policy, bundle_sha256);
              uids.insert(uid_of(*pod));
            }
            table_.keep_only(uids);
          },
      .on_event =
          [&](kube::WatchEventType type, const json::Value& pod) {
            if (type == kube::WatchEventType::kDeleted) {
              table_.erase(uid_of(pod));
            } else {
              classify(pod, policy, bundle_sha256);
            }
          },
  };
  const kube::ReflectorRequest request{
      .resource = kube::kPods,
      .namespace_ = "",
      .options = {.field_selector = "status.phase!=Succeeded,status.phase!=Failed",
                  .label_selector = "!" + std::string(names::kComponentLabel)},
  };
  kube::reflect(client_, request, handler, stop);
}

void PodWatch::classify(const json::Value& pod, const inject::Policy& policy,
                        const std::string& bundle_sha256) {
  const PodClassification classification = classify_pod(pod, policy);
  const PodName name{.namespace_ = std::string(json::string_at(pod, {"metadata", "namespace"})),
                     .name = std::string(json::string_at(pod, {"metadata", "name"})),
                     .uid = uid_of(pod)};
  table_.set(name, classification, bundle_sha256);
  const auto event = pod_event(pod, classification, policy, clock_());
  if (!event.IsNull()) record_event(event, name);
}

void PodWatch::record_event(const json::Value& event, const PodName& pod) {
  const std::string event_name(json::string_at(event, {"metadata", "name"}));
  if (table_.has_event(pod.uid, event_name)) return;
  const auto created = client_.create(kube::kEvents, pod.namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    const ErrorCode code = created.error().code;
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout) relist_ = true;
    log::warning("cannot create an event for a pod",
                 {{"namespace", pod.namespace_}, {"pod", pod.name}, {"error", created.error()}});
    return;
  }
  table_.set_event(pod.uid, event_name);
  if (!created) return;
  log::warning(
      "a pod needs to be recreated",
      {{"namespace", pod.namespace_}, {"pod", pod.name}, {"reason", json::string_at(event, {"reason"})}});
}

}  // namespace connected_registry::controller
