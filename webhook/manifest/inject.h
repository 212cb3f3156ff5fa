// Injects the CA into manifests as the webhook does into the pods created from them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/policy.h"

namespace connected_registry::manifest {

// The result for one object that has a pod template or is a pod.
struct ObjectResult {
  std::string subject;                // "Deployment shop/web"
  std::string status;                 // of inject::InjectionResult
  std::vector<std::string> warnings;  // of inject::InjectionResult
};

// Changes pods, the pod templates of Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController,
// Job, CronJob and PodTemplate, and all of these in lists. Everything else stays as it is. Returns the
// results in the order of the objects. Errors name the object whose pod does not match the API's definition;
// the documents are then partly changed.
Result<std::vector<ObjectResult>> inject(std::vector<json::Document>& documents,
                                         const inject::Policy& policy);

}  // namespace connected_registry::manifest
