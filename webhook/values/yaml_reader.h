// Reads YAML as Helm and kubectl do.
#pragma once

#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "values/node.h"
#include "values/source_text.h"
#include "values/yaml_document.h"

namespace connected_registry::values {

// Splits a file at the lines that begin with "---", as Helm and kubectl do before they read YAML. The lines
// themselves are left out. `text` must be normalized().
tl::expected<std::vector<DocumentText>, Problem> split_documents(std::string_view text);

// Returns the value of a document. An empty document is null. find_problem() must return nullopt for the
// text. `count` is the number of values in the file so far; the function increases it. Fails if kubectl or
// Helm would refuse the document, if they would ignore a part of it, if `count` exceeds options.max_values,
// or if values are nested deeper than kMaxDepth levels. If a key is repeated, its last value wins.
tl::expected<Node, Problem> read_document(const DocumentText& document, const ReadOptions& options,
                                          std::size_t& count);

// Merges the documents of a values file into one map. The values of later documents win. An empty file is an
// empty map. The locations of the values refer to `source`. `text` must be normalized(), and find_problem()
// must return nullopt for it. Fails if Helm would refuse the file, and for the same reasons as
// read_document().
tl::expected<Node, Problem> read_yaml(std::string_view text, int source);

}  // namespace connected_registry::values
