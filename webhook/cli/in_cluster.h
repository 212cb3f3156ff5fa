// Access to the Kubernetes API from a pod.
#pragma once

#include <optional>
#include <string_view>

#include "cli/options.h"
#include "kube/client.h"

namespace connected_registry::cli {

// Returns how to reach the API from this pod. Returns nullopt outside a pod, after it wrote to `err` what is
// missing.
std::optional<kube::Configuration> find_cluster(std::string_view command, CommandStreams streams);

}  // namespace connected_registry::cli
