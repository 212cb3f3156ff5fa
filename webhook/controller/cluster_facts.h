// Asks a cluster what the rules about it need to know. Reads, and tries out the Service without making it.
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
  std::vector<std::string> unanswered;  // a line each: what could not be asked, and why
  std::optional<Error> unreachable;     // why the API answers nothing at all; nothing else was asked then
};

CollectedFacts collect_cluster_facts(kube::Client& client, const names::Installation& installation,
                                     const settings::Settings& settings);

}  // namespace connected_registry::controller
