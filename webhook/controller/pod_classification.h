// Classifies a pod by the state of its CA. Pure functions.
#pragma once

#include "base/json.h"
#include "base/timestamp.h"
#include "inject/policy.h"

namespace connected_registry::controller {

struct PodClassification {
  bool injected = false;  // this installation injected the CA into the pod
  // The pod should have the CA, but has no volume for it. A volume cannot be added to a running pod.
  bool missed = false;
  bool outdated = false;  // the pod is injected, but has another bundle than the policy; it can be updated
  // The pod is injected, but its volume does not contain the file that OpenSSL needs to find the CA.
  bool restart = false;

  bool fine() const { return !missed && !outdated && !restart; }
};

// Returns a classification with only false members if there is no CA yet, if the pod belongs to this
// project, or if the pod is being deleted.
PodClassification classify_pod(const json::Value& pod, const inject::Policy& policy);

// Returns an Event about the pod, which asks the user to recreate the pod. Returns null if the user does not
// need to do anything. Events for the same occurrence have the same name.
json::Document pod_event(const json::Value& pod, const PodClassification& classification,
                         const inject::Policy& policy, TimePoint now);

}  // namespace connected_registry::controller
