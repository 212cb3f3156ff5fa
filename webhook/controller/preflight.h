// Implements the chart's hook before an install, an upgrade and a rollback.
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
  std::string settings_json;  // of the release that is about to be installed
};

// Checks the settings, alone and against the cluster, and prints a line for each finding to `out`. If there
// is no error and the Service has another address than the settings, deletes the Service: its address is
// immutable, and helm recreates the Service a moment later. Returns true if helm can go on. Errors say why
// the check could not run.
Result<bool> preflight(kube::Client& client, const PreflightRequest& request, std::ostream& out,
                       TimePoint now);

}  // namespace connected_registry::controller
