// The arguments of one helm command that set values, read and merged as Helm does.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "settings/finding.h"
#include "values/node.h"
#include "values/set_argument.h"

namespace connected_registry::values {

// The arguments, each list in the order of the command line. "-" as a file is standard input.
struct InputRequest {
  std::vector<std::string> files = {};            // -f
  std::vector<std::string> set = {};              // --set
  std::vector<std::string> set_string = {};       // --set-string
  std::vector<std::string> set_file = {};         // --set-file
  std::vector<std::string> config = {};           // --config
  std::vector<std::string> protected_files = {};  // --config-protected-file
  std::string chart_defaults = {};  // a file used as the chart's values.yaml; empty: that of this version
};

// A text that values came from. `text` may hold secrets: only Locator decides what is printed of it.
struct ValuesSource {
  enum class Kind { kChart, kFile, kArgument };

  Kind kind = Kind::kFile;
  std::string name;  // the file's, "stdin", or the option ("--set")
  std::string text;  // the file's, normalized(), or the option's argument
};

// Locations in the trees are indexes into `sources`.
struct Input {
  std::vector<ValuesSource> sources;
  Node given = Node::of_map({});            // by the user
  Node values = Node::of_map({});           // on top of the chart's defaults
  std::vector<settings::Finding> findings;  // CR064; their locations have no path
  // False where a file with a CR064 could not be read at all. Other findings would then be about settings
  // that the user does not have.
  bool complete = true;
};

// Reads in Helm's order: the chart's defaults, files, --set, --set-string, --set-file; then --config and
// --config-protected-file. The error is for the user: a file that cannot be read, values that are not YAML,
// an argument that is not KEY=VALUE. It shows no value.
Result<Input> read_input(const InputRequest& request, std::istream& standard_input);

}  // namespace connected_registry::values
