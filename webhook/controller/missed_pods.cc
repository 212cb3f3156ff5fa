#include "controller/missed_pods.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/names.h"
#include "base/stop.h"
#include "controller/events.h"
#include "inject/inject.h"
#include "kube/reflector.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::seconds kPolicyInterval{1};
constexpr std::chrono::seconds kRetryInterval{15};

std::string message_for(inject::Match match) {
  const std::string why = match == inject::Match::kAsked
                              ? "asks for the registry's CA certificate (annotation " +
                                    std::string(names::kInjectAnnotation) + ": \"true\")"
                              : "uses an image of the connected registry";
  return "This pod " + why +
         " but was created without it: the webhook did not answer at that time, or there was no CA yet. "
         "Programs in it "
         "do not trust the registry. Recreate the pod to give it the CA.";
}

}  // namespace

json::Document missed_pod_event(const json::Value& pod, const inject::Policy& policy, TimePoint now) {
  if (policy.bundle.empty()) return {};
  const std::string name_space(json::string_at(pod, {"metadata", "namespace"}));
  if (policy.hosts.empty()) return {};        // plain HTTP: there is no CA to miss
  if (policy.namespaces_by_label) return {};  // whether the webhook was to be asked, cannot be told here
  const auto& excluded = policy.excluded_namespaces;
  if (std::find(excluded.begin(), excluded.end(), name_space) != excluded.end()) return {};
  if (json::find(pod, {"metadata", "labels", names::kComponentLabel}) != nullptr) return {};
  // It ends anyway: what replaces it meets the webhook.
  if (json::find(pod, {"metadata", "deletionTimestamp"}) != nullptr) return {};
  const inject::Match match = inject::match(pod, policy);
  if (match != inject::Match::kImage && match != inject::Match::kAsked) return {};
  if (inject::is_injected(pod)) return {};
  const std::string uid(json::string_at(pod, {"metadata", "uid"}));
  return render_warning({.name = policy.installation + "-missed-" + uid,
                         .regarding = pod,
                         .api_version = kube::kPods.version,
                         .kind = kube::kPods.kind,
                         .reason = "CABundleMissed",
                         .message = message_for(match),
                         .now = now});
}

MissedPods::MissedPods(kube::Client& client, CurrentPolicy policy, Clock clock)
    : client_(client), policy_(std::move(policy)), clock_(std::move(clock)) {}

void MissedPods::run(const std::stop_token& stop) {
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

void MissedPods::follow_pods(const inject::Policy& policy, const std::stop_token& stop) {
  const kube::ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& pods) {
            for (const json::Value* pod : pods) judge(*pod, policy);
          },
      .on_event =
          [&](kube::WatchEventType type, const json::Value& pod) {
            if (type == kube::WatchEventType::kDeleted) {
              reported_.erase(std::string(json::string_at(pod, {"metadata", "uid"})));
            } else {
              judge(pod, policy);
            }
          },
  };
  const kube::ReflectorRequest request{
      .resource = kube::kPods,
      .name_space = "",
      .options = {.field_selector = "status.phase!=Succeeded,status.phase!=Failed",
                  .label_selector = "!" + std::string(names::kComponentLabel)},
  };
  kube::reflect(client_, request, handler, stop);
}

void MissedPods::judge(const json::Value& pod, const inject::Policy& policy) {
  const std::string uid(json::string_at(pod, {"metadata", "uid"}));
  if (reported_.contains(uid)) return;
  const auto event = missed_pod_event(pod, policy, clock_());
  if (event.IsNull()) return;
  const std::string name_space(json::string_at(pod, {"metadata", "namespace"}));
  const auto created = client_.create(kube::kEvents, name_space, event);
  const std::string name(json::string_at(pod, {"metadata", "name"}));
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    const ErrorCode code = created.error().code;
    again_ = code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout;
    log::warning("cannot report a pod that missed its CA",
                 {{"namespace", name_space}, {"pod", name}, {"error", created.error()}});
    return;
  }
  reported_.insert(uid);
  if (created) log::warning("a pod missed its CA", {{"namespace", name_space}, {"pod", name}});
}

}  // namespace connected_registry::controller
