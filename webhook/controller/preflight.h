// Implements the hook of the chart that runs before an install, an upgrade and a rollback.
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
  std::string settings_json;  // settings.json of the release to install
};

// Checks the settings alone and against the cluster, and prints a line for each finding to `out`. If there
// is no error and the address of the Service differs from the settings, deletes the Service. This is needed
// because the address is immutable; Helm recreates the Service immediately after the hook. Returns true if
// Helm can continue. Fails if the check could not run.
Result<bool> preflight(kube::Client& client, const PreflightRequest& request, std::ostream& out,
                       TimePoint now);

}  // namespace connected_registry::controller
