// Reads manifests, YAML or JSON, as kubectl does.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::manifest {

// Returns the documents of a file. Documents and members have the order of the file. Empty documents and
// comments are left out. `name` is the name of the file in error messages. Error messages contain the line
// and the column ("pod.yaml:3:1: …"), but no content of the file.
Result<std::vector<json::Document>> read(std::string_view text, std::string_view name);

}  // namespace connected_registry::manifest
