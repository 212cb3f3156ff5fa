// Classifies a pod by the state of its CA. Pure.
#pragma once

#include "base/json.h"
#include "base/timestamp.h"
#include "inject/policy.h"

namespace connected_registry::controller {

struct PodClassification {
  bool injected = false;  // by this installation
  // The pod should have the CA and has no volume for it, since it was created while no webhook answered or
  // before there were settings. A running pod cannot get a volume.
  bool missed = false;
  bool outdated = false;  // injected with another bundle than the policy's; it can be updated
  bool restart = false;   // injected, and its volume lacks the file by which OpenSSL finds the CA

  bool fine() const { return !missed && !outdated && !restart; }
};

// Returns all false while there is no CA, and for pods that are being deleted.
PodClassification classify_pod(const json::Value& pod, const inject::Policy& policy);

// Returns the Event that tells the pod's owner what to do; null for a pod that needs nothing from its owner.
// Events of the same occurrence have the same name.
json::Document pod_event(const json::Value& pod, const PodClassification& classification,
                         const inject::Policy& policy, TimePoint now);

}  // namespace connected_registry::controller
