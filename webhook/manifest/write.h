// Writes manifests.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace connected_registry::manifest {

// Returns one YAML document that ends with a line end. YAML 1.1 and YAML 1.2 parsers read the same value
// from it. The document has block style. Members keep their order, lists are not indented, and a text with
// several lines is a literal block.
std::string to_yaml(const json::Value& value);

// Returns all documents with "---" between them.
std::string to_yaml(const std::vector<json::Document>& documents);

// Returns indented JSON. A single document is written directly. Several documents are written as a List.
std::string to_json(const std::vector<json::Document>& documents);

}  // namespace connected_registry::manifest
