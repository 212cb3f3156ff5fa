// Writes manifests.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace connected_registry::manifest {

// Returns one YAML document that readers of YAML 1.1 and 1.2 read as the same value, with a line end: block
// style, members in their order, lists not indented, texts of several lines as a literal block.
std::string to_yaml(const json::Value& value);

// Returns all documents with "---" between them.
std::string to_yaml(const std::vector<json::Document>& documents);

// Returns indented JSON: the only document, or a List of all documents.
std::string to_json(const std::vector<json::Document>& documents);

}  // namespace connected_registry::manifest
