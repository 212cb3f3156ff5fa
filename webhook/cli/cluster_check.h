// The rules that need a cluster, for `check --cluster`: from a person's machine, by kubeconfig.
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
  std::string kubeconfig;  // a file; empty: those of $KUBECONFIG, else ~/.kube/config
  std::string context;     // empty: the current one
  std::string namespace_;  // of the release; empty: the context's, else default
  std::string release = "connected-registry";
};

// Reads the kubeconfig that the options choose.
Result<kube::ClusterAccess> find_access(const ClusterOptions& options);

struct ClusterFindings {
  std::vector<settings::Finding> findings;
  std::vector<std::string> unanswered;  // one line for each question without an answer, with the reason
};

// Checks the settings against the cluster, and changes nothing there. The error says why the cluster does not
// answer.
Result<ClusterFindings> check_in_cluster(const ClusterOptions& options, settings::Settings settings,
                                         TimePoint now);

}  // namespace connected_registry::cli
