// Reads manifests, YAML or JSON, as kubectl does.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::manifest {

// The documents of a file in their order, each with its members in the order they are written in; what is
// empty is left out, and so are comments. `name` is the file's, for errors, which say line and column
// ("pod.yaml:3:1: …") and nothing of the content.
Result<std::vector<json::Document>> read(std::string_view text, std::string_view name);

}  // namespace connected_registry::manifest
