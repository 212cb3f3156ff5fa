// The text of a YAML document, and the form in which its values are wanted.
#pragma once

#include <cstddef>
#include <string_view>

#include "values/scalar.h"

namespace connected_registry::values {

// Maximum number of values in one values file. Each use of an alias counts with all its values. Helm has a
// similar limit against alias bombs.
inline constexpr std::size_t kMaxNodes = 100'000;

// The text of one document of a file.
struct DocumentText {
  std::string_view text;
  int lines_before = 0;  // number of lines of the file before the document
};

struct ReadOptions {
  int source = 0;  // SourceLocation::source of the values
  NumberForm numbers = NumberForm::kHelm;
  std::size_t max_values = kMaxNodes;
};

}  // namespace connected_registry::values
