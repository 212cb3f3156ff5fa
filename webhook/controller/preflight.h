// What the chart's hook does before an install, an upgrade and a rollback.
#pragma once

#include <ostream>
#include <string>

#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "kube/client.h"

namespace connected_registry::controller {

struct PreflightRequest {
  names::Installation installation;
  std::string settings_json;  // of what is to be installed
};

// Judges the settings alone and by what the cluster says; writes a line for each finding to `out`. Where
// there is no error and the Service has another address than the settings, deletes the Service: an address
// cannot be changed, and helm makes the Service anew a moment later. True: go on. The error says why nothing
// could be judged.
Result<bool> preflight(kube::Client& client, const PreflightRequest& request, std::ostream& out,
                       TimePoint now);

}  // namespace connected_registry::controller
