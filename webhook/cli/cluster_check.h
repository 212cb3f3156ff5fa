// Runs the rules that need a cluster, for `check --cluster`. This command runs on a user's machine and uses a
// kubeconfig, not the service account of a pod.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "kube/kubeconfig.h"
#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::cli {

struct ClusterOptions {
  bool wanted = false;
  std::string kubeconfig;  // a file; empty: the files in $KUBECONFIG, or ~/.kube/config if it is not set
  std::string context;     // empty: the current context
  std::string namespace_;  // namespace of the release; empty: the namespace of the context, or "default"
  std::string release = "connected-registry";
};

// Reads the kubeconfig that the options select.
Result<kube::ClusterAccess> find_access(const ClusterOptions& options);

struct ClusterFindings {
  std::vector<settings::Finding> findings;
  std::vector<std::string> unanswered;  // one line with the reason for each request that failed
};

// Checks the settings against the cluster. Does not change the cluster. Fails if the cluster does not
// answer.
Result<ClusterFindings> check_in_cluster(const ClusterOptions& options, settings::Settings settings,
                                         TimePoint now);

}  // namespace connected_registry::cli
