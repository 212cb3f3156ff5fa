// What is to be said of one pod and its CA. Pure.
#pragma once

#include "base/json.h"
#include "base/timestamp.h"
#include "inject/policy.h"

namespace connected_registry::controller {

struct PodClassification {
  bool injected = false;  // by this installation
  // Should have the CA and has no place for it: created while no webhook answered, or before there were
  // settings. A running pod can get no volume.
  bool missed = false;
  bool outdated = false;  // injected, and the CA in its annotation is not the policy's: to be updated
  bool restart = false;   // injected, and its volume has no file of the name that the CA has for OpenSSL

  bool fine() const { return !missed && !outdated && !restart; }
};

// Nothing is to be said before there is a CA, and of pods that are going.
PodClassification classify_pod(const json::Value& pod, const inject::Policy& policy);

// The Event that tells the pod's owner what to do; null for a pod that needs nothing from its owner. One
// name for one occurrence.
json::Document pod_event(const json::Value& pod, const PodClassification& judgement,
                         const inject::Policy& policy, TimePoint now);

}  // namespace connected_registry::controller
