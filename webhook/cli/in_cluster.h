// Finds the Kubernetes API from inside a pod.
#pragma once

#include <optional>
#include <string_view>

#include "cli/options.h"
#include "kube/client.h"

namespace connected_registry::cli {

// Returns the configuration to access the API from this pod. Outside a pod, writes an error to streams.err
// and returns nullopt. The error begins with the name of the running command, `command`.
std::optional<kube::Configuration> find_cluster(std::string_view command, CommandStreams streams);

}  // namespace connected_registry::cli
