// Reads a values file, YAML or JSON, as helm does.
#pragma once

#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "values/node.h"
#include "values/source_text.h"

namespace connected_registry::values {

// Of one file, what aliases stand for included: helm's own bound against alias bombs is of this order.
inline constexpr std::size_t kMaxNodes = 100'000;

// The documents of a file one by one, whatever they are; those without content are left out. Otherwise as
// below.
tl::expected<std::vector<Node>, Problem> read_documents(std::string_view text, int source);

// The map that the documents of a file give together (a later one's values win), each value at its place in
// `source`. `text` is normalized() and find_problem() has none for it. An empty file is an empty map; of a
// key that is given twice, the last counts. Not taken: what helm refuses, more than kMaxNodes values, more
// than kMaxDepth levels.
tl::expected<Node, Problem> read_yaml(std::string_view text, int source);

}  // namespace connected_registry::values
