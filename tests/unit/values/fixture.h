// What the tests of values share.
#pragma once

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "support/golden.h"
#include "support/temporary_directory.h"
#include "values/chart_files.h"
#include "values/input.h"
#include "values/schema.h"
#include "values/yaml_reader.h"

namespace connected_registry::values::testing {

inline std::string text_of(const Node& node) {
  json::Document document;
  return json::to_text(to_json(node, document.GetAllocator()));
}

// The values as JSON, or "LINE:COLUMN: message".
inline std::string read(std::string_view text) {
  const auto node = read_yaml(text, 0);
  if (node) return text_of(*node);
  const Problem& problem = node.error();
  return std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message;
}

inline Schema chart() {
  return Schema::parse(chart_schema()).value();
}

// The content of tests/golden/NAME.
inline std::string golden(std::string_view name) {
  auto content = file::read(golden_directory() + "/" + std::string(name));
  EXPECT_TRUE(content.has_value()) << (content ? "" : content.error().message);
  return content.value_or("");
}

// Files that a request names, and what reading it gives.
class Files {
 public:
  std::string add(const std::string& name, std::string_view text) {
    const auto path = directory_.path() / name;
    EXPECT_TRUE(file::write_atomically(path, text, 0600));
    return path.string();
  }

  Result<Input> read(const InputRequest& request, const std::string& standard_input = "") {
    std::istringstream stream(standard_input);
    return read_input(request, stream);
  }

 private:
  connected_registry::testing::TemporaryDirectory directory_;
};

}  // namespace connected_registry::values::testing
