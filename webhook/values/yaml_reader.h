// Reads a values file, YAML or JSON, as Helm does.
#pragma once

#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "values/node.h"
#include "values/source_text.h"

namespace connected_registry::values {

// Maximum number of values in one file. Each use of an alias counts with all its values. Helm has a similar
// limit against alias bombs.
inline constexpr std::size_t kMaxNodes = 100'000;

// Returns the documents of a file. A document may have any type. Empty documents are left out. `text` and
// the errors are the same as for read_yaml().
tl::expected<std::vector<Node>, Problem> read_documents(std::string_view text, int source);

// Merges the documents of a file into one map. The values of later documents win. If a key is repeated, its
// last value wins. An empty file is an empty map. The locations of the values refer to `source`. `text` must
// be normalized(), and find_problem() must return nullopt for it. Fails if Helm would refuse the file, if it
// has more than kMaxNodes values, or if values are nested deeper than kMaxDepth levels.
tl::expected<Node, Problem> read_yaml(std::string_view text, int source);

}  // namespace connected_registry::values
