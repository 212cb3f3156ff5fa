// Writes manifests.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace connected_registry::manifest {

// One document of YAML (1.1 and 1.2 read it alike), with a line end: block style, members in their order,
// lists not indented, texts of several lines as a block. What is read back is the same value.
std::string to_yaml(const json::Value& value);

// All of them, with "---" between them.
std::string to_yaml(const std::vector<json::Document>& documents);

// Indented JSON: the document, or a List of them where there is not exactly one.
std::string to_json(const std::vector<json::Document>& documents);

}  // namespace connected_registry::manifest
