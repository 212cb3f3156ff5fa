// Injects the CA into manifests. The result is the same as if the webhook injected the created pods.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/policy.h"

namespace connected_registry::manifest {

// The result for one object that is a pod, has a pod template, or is of another kind and contains an image of
// the registry.
struct ObjectResult {
  std::string subject;                // "Deployment shop/web"
  std::string status;                 // see inject::InjectionResult
  std::vector<std::string> warnings;  // see inject::InjectionResult
};

// Changes pods and the pod templates of Deployment, ReplicaSet, StatefulSet, DaemonSet,
// ReplicationController, Job, CronJob and PodTemplate of any API version, also in lists. Leaves all other
// objects unchanged. Returns the results in the order of the objects. If a pod that uses the registry does
// not match the API's definition, the error names its object, and some documents may already be changed.
// Another such pod is left unchanged, and a warning names its field.
Result<std::vector<ObjectResult>> inject(std::vector<json::Document>& documents,
                                         const inject::Policy& policy);

}  // namespace connected_registry::manifest
