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
  if (policy.hosts.empty()) return false;        // plain HTTP: there is no CA
  if (policy.namespaces_by_label) return false;  // unknown whether the webhook was called for it
  const auto& excluded = policy.excluded_namespaces;
  const std::string namespace_(json::string_at(pod, {"metadata", "namespace"}));
  if (std::find(excluded.begin(), excluded.end(), namespace_) != excluded.end()) return false;
  const inject::Match match = inject::match(pod, policy);
  return (match == inject::Match::kImage || match == inject::Match::kAsked) && !inject::is_injected(pod);
}

std::string missed_message(const json::Value& pod, const inject::Policy& policy) {
  const std::string reason =
      inject::match(pod, policy) == inject::Match::kAsked
          ? "asks for the registry's CA (annotation " + std::string(names::kInjectAnnotation) + ": \"true\")"
          : "uses an image of the connected registry";
  return "This pod " + reason +
         " but was created without the registry's CA: the webhook did not answer at that time, or the pod "
         "has a "
         "conflicting volume. Programs in this pod do not trust the registry. Recreate the pod to add the "
         "CA.";
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
  // The webhook handles the pod that replaces it.
  if (json::find(pod, {"metadata", "deletionTimestamp"}) != nullptr) return out;
  out.injected = inject::is_injected_by(pod, policy);
  out.outdated = out.injected && inject::has_other_bundle(pod, policy);
  out.restart = out.injected && inject::lacks_file(pod, policy);
  out.missed = !out.injected && is_missed(pod, policy);
  return out;
}

json::Document pod_event(const json::Value& pod, const PodClassification& classification,
                         const inject::Policy& policy, TimePoint now) {
  if (!classification.missed && !classification.restart) return {};
  const std::string uid(json::string_at(pod, {"metadata", "uid"}));
  EventRequest request{.name = policy.installation + "-missed-" + uid,
                       .regarding = pod,
                       .api_version = kube::kPods.version,
                       .kind = kube::kPods.kind,
                       .reason = "CABundleMissed",
                       .message = {},
                       .now = now};
  if (classification.missed) {
    request.message = missed_message(pod, policy);
  } else {
    // One Event for each set of CAs.
    request.name = policy.installation + "-restart-" + joined(policy.subject_hashes) + "-" + uid;
    request.reason = "CAFileMissing";
    request.message =
        "The subject of the registry's CA has changed since this pod was created, and the pod's volume has "
        "no "
        "file by which OpenSSL finds the new CA: curl, openssl and Python in this pod will not trust the "
        "registry's new certificate. Recreate the pod.";
  }
  return render_warning(request);
}

}  // namespace connected_registry::controller
