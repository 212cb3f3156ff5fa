// Reads manifests, YAML or JSON, as kubectl does.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::manifest {

// Returns the documents of a file, in their order and with their members in the written order. Empty
// documents and comments are dropped. `name` is the file's name for errors, which contain line and column
// ("pod.yaml:3:1: …") and no content.
Result<std::vector<json::Document>> read(std::string_view text, std::string_view name);

}  // namespace connected_registry::manifest
