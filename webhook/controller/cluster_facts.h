// Collects the facts for the rules in settings/cluster_rules.h. Does not change the cluster: it reads
// objects, and it creates the Service only as a dry run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "kube/client.h"
#include "settings/cluster_rules.h"
#include "settings/settings.h"

namespace connected_registry::controller {

struct CollectedFacts {
  settings::ClusterFacts facts;
  std::vector<std::string> unanswered;  // one line with the reason for each request that failed
  // Set if the API does not answer at all. The other members are then empty.
  std::optional<Error> unreachable;
};

CollectedFacts collect_cluster_facts(kube::Client& client, const names::Installation& installation,
                                     const settings::Settings& settings);

}  // namespace connected_registry::controller
