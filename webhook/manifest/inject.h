// Does to manifests what the webhook does to the pods that come of them.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "inject/policy.h"

namespace connected_registry::manifest {

// What was done with one object that holds a pod.
struct Report {
  std::string subject;                // "Deployment shop/web"
  std::string status;                 // inject::Outcome's
  std::vector<std::string> warnings;  // inject::Outcome's
};

// Pods, the pod templates of Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job,
// CronJob and PodTemplate, and all of these in lists. Everything else stays as it is. Reports come in the
// order of the objects. The error names the object whose pod is not what the API defines; the documents are
// then half done.
Result<std::vector<Report>> inject(std::vector<json::Document>& documents, const inject::Policy& policy);

}  // namespace connected_registry::manifest
