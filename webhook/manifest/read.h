// Reads manifests, YAML or JSON, as kubectl does.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::manifest {

// Maximum size of a file. It bounds the memory: a file takes up to 20 times its size. The largest bundles of
// custom resource definitions have a tenth of it.
inline constexpr std::size_t kMaxManifestBytes = std::size_t{64} << 20;

// Maximum number of values in the YAML documents of a file, those that aliases stand for included. It bounds
// the memory as well.
inline constexpr std::size_t kMaxManifestValues = 4'000'000;

// Maximum number of documents in a file. Each takes some pages of memory.
inline constexpr std::size_t kMaxManifestDocuments = 100'000;

// Returns the documents of a file. Documents and members have the order of the file. Empty documents and
// comments are left out. As in kubectl, a document that begins with { may be several JSON objects, one after
// the other, and whole numbers of 64 bits stay exact. `name` is the name of the file in error messages. Error
// messages contain the line and the column ("pod.yaml:3:1: …"), but no content of the file.
Result<std::vector<json::Document>> read(std::string_view text, std::string_view name);

}  // namespace connected_registry::manifest
