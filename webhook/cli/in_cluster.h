// What the commands that talk to the Kubernetes API begin with.
#pragma once

#include <optional>
#include <string_view>

#include "cli/options.h"
#include "kube/client.h"

namespace connected_registry::cli {

// How to reach the API from a pod. No value where this is none: then `err` says what is missing, and the
// command ends with kUsage.
std::optional<kube::Configuration> find_cluster(std::string_view command, Streams streams);

}  // namespace connected_registry::cli
