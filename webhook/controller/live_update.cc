#include "controller/live_update.h"

#include <utility>

#include "base/log.h"
#include "base/sha256.h"
#include "base/stop.h"
#include "contract/names.h"

namespace connected_registry::controller {
namespace {

constexpr std::chrono::seconds kIdle{5};

}  // namespace

json::Document bundle_patch(const PodName& pod, const std::string& bundle) {
  json::Document patch(rapidjson::kObjectType);
  auto& allocator = patch.GetAllocator();
  json::Value& metadata = json::object_at(patch, "metadata", allocator);
  json::set(metadata, "uid", pod.uid, allocator);
  json::set(json::object_at(metadata, "annotations", allocator), names::kBundleAnnotation, bundle, allocator);
  return patch;
}

void LiveUpdate::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto pod = table_.next_outdated(stop, kIdle);
    if (!pod) continue;
    if (update(*pod)) {
      backoff_.reset();
      wait_for(stop, kInterval);
    } else {
      wait_for(stop, backoff_.next());
    }
  }
}

bool LiveUpdate::update(const PodName& pod) {
  const std::string subject = "updating the CA in running pods";
  const auto policy = policy_();
  if (policy == nullptr || policy->bundle.empty()) return true;
  const auto patched = client_.patch(kube::kPods, pod.namespace_, pod.name, kube::PatchType::kMerge,
                                     bundle_patch(pod, policy->bundle));
  if (patched) {
    table_.updated(pod.uid, sha256_hex(policy->bundle));
    progress_.done(subject);
    log::info("updated the CA in a running pod", {{"namespace", pod.namespace_}, {"pod", pod.name}});
    return true;
  }
  const Error& error = patched.error();
  // The pod is gone, or another pod has its name: the watch delivers it.
  if (error.code == ErrorCode::kNotFound || error.code == ErrorCode::kConflict) return true;
  const bool passing = error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout;
  progress_.failed(subject, pod.namespace_ + "/" + pod.name + ": " + error.message);
  // A refused update (annotations too large, no permission) is retried when the pod changes.
  if (passing) table_.retry(pod.uid);
  return !passing;
}

}  // namespace connected_registry::controller
