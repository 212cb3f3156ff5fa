#include "controller/pod_classification.h"

#include <algorithm>
#include <string>
#include <utility>

#include "contract/names.h"
#include "controller/events.h"
#include "inject/inject.h"
#include "inject/running.h"
#include "kube/resource.h"

namespace connected_registry::controller {
namespace {

bool is_missed(const json::Value& pod, const inject::Policy& policy) {
  if (policy.hosts.empty()) return false;        // plain HTTP: there is no CA to miss
  if (policy.namespaces_by_label) return false;  // whether the webhook was to be asked, cannot be told here
  const auto& excluded = policy.excluded_namespaces;
  const std::string namespace_(json::string_at(pod, {"metadata", "namespace"}));
  if (std::find(excluded.begin(), excluded.end(), namespace_) != excluded.end()) return false;
  const inject::Match match = inject::match(pod, policy);
  return (match == inject::Match::kImage || match == inject::Match::kAsked) && !inject::is_injected(pod);
}

std::string missed_message(const json::Value& pod, const inject::Policy& policy) {
  const std::string why = inject::match(pod, policy) == inject::Match::kAsked
                              ? "asks for the registry's CA certificate (annotation " +
                                    std::string(names::kInjectAnnotation) + ": \"true\")"
                              : "uses an image of the connected registry";
  return "This pod " + why +
         " but was created without it: the webhook did not answer at that time, or something of the pod's "
         "own was "
         "in the way. Programs in it do not trust the registry. Recreate the pod to give it the CA.";
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(out.empty() ? "" : "-").append(text);
  return out;
}

}  // namespace

PodClassification classify_pod(const json::Value& pod, const inject::Policy& policy) {
  PodClassification out;
  if (policy.bundle.empty()) return out;
  if (json::find(pod, {"metadata", "labels", names::kComponentLabel}) != nullptr) return out;
  // It ends anyway: what replaces it meets the webhook.
  if (json::find(pod, {"metadata", "deletionTimestamp"}) != nullptr) return out;
  out.injected = inject::is_injected_by(pod, policy);
  out.outdated = out.injected && inject::has_other_bundle(pod, policy);
  out.restart = out.injected && inject::lacks_file(pod, policy);
  out.missed = !out.injected && is_missed(pod, policy);
  return out;
}

json::Document pod_event(const json::Value& pod, const PodClassification& judgement,
                         const inject::Policy& policy, TimePoint now) {
  if (!judgement.missed && !judgement.restart) return {};
  const std::string uid(json::string_at(pod, {"metadata", "uid"}));
  EventRequest request{.name = policy.installation + "-missed-" + uid,
                       .regarding = pod,
                       .api_version = kube::kPods.version,
                       .kind = kube::kPods.kind,
                       .reason = "CABundleMissed",
                       .message = {},
                       .now = now};
  if (judgement.missed) {
    request.message = missed_message(pod, policy);
  } else {
    // One for each set of CAs.
    request.name = policy.installation + "-restart-" + joined(policy.subject_hashes) + "-" + uid;
    request.reason = "CAFileMissing";
    request.message =
        "The registry has a CA with another subject than when this pod was created, and the pod's volume has "
        "no "
        "file by which OpenSSL finds it: curl, openssl and Python in it will not trust the registry's new "
        "certificate. Recreate the pod.";
  }
  return render_warning(request);
}

}  // namespace connected_registry::controller
