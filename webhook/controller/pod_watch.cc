#include "controller/pod_watch.h"

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/stop.h"
#include "contract/names.h"
#include "kube/reflector.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::seconds kPolicyInterval{1};
constexpr std::chrono::seconds kRetryInterval{15};

std::string uid_of(const json::Value& pod) {
  return std::string(json::string_at(pod, {"metadata", "uid"}));
}

}  // namespace

PodWatch::PodWatch(kube::Client& client, CurrentPolicy policy, PodTable& table, Clock clock)
    : client_(client), policy_(std::move(policy)), table_(table), clock_(std::move(clock)) {}

void PodWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto policy = policy_();
    if (policy == nullptr || policy->bundle.empty()) {
      wait_for(stop, kPolicyInterval);
      continue;
    }
    if (again_.exchange(false)) wait_for(stop, kRetryInterval);
    // Ends when the policy is another one: pods that were fine may not be so any more.
    const std::jthread follower([&](const std::stop_token& ending) { follow_pods(*policy, ending); });
    while (policy_() == policy && !again_ && wait_for(stop, kPolicyInterval)) {
    }
  }
}

void PodWatch::follow_pods(const inject::Policy& policy, const std::stop_token& stop) {
  const kube::ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& pods) {
            std::set<std::string> uids;
            for (const json::Value* pod : pods) {
              judge(*pod, policy);
              uids.insert(uid_of(*pod));
            }
            table_.keep_only(uids);
          },
      .on_event =
          [&](kube::WatchEventType type, const json::Value& pod) {
            if (type == kube::WatchEventType::kDeleted) {
              table_.erase(uid_of(pod));
            } else {
              judge(pod, policy);
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

void PodWatch::judge(const json::Value& pod, const inject::Policy& policy) {
  const PodClassification judgement = classify_pod(pod, policy);
  const PodName name{.namespace_ = std::string(json::string_at(pod, {"metadata", "namespace"})),
                     .name = std::string(json::string_at(pod, {"metadata", "name"})),
                     .uid = uid_of(pod)};
  table_.set(name, judgement);
  const auto event = pod_event(pod, judgement, policy, clock_());
  if (!event.IsNull()) tell_owner(event, name.namespace_, name.name);
}

void PodWatch::tell_owner(const json::Value& event, const std::string& namespace_, const std::string& name) {
  const std::string event_name(json::string_at(event, {"metadata", "name"}));
  if (told_.contains(event_name)) return;
  const auto created = client_.create(kube::kEvents, namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    const ErrorCode code = created.error().code;
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout) again_ = true;
    log::warning("cannot tell of a pod that is not as it should be",
                 {{"namespace", namespace_}, {"pod", name}, {"error", created.error()}});
    return;
  }
  told_.insert(event_name);
  if (!created) return;
  log::warning("a pod is not as it should be",
               {{"namespace", namespace_}, {"pod", name}, {"reason", json::string_at(event, {"reason"})}});
}

}  // namespace connected_registry::controller
