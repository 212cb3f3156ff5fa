// Reads the arguments of a helm command that set values, and merges the values as Helm does.
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

// The arguments of one command. Each list has the order of the command line. The file "-" is standard input.
struct InputRequest {
  std::vector<std::string> files = {};            // -f; each may name several files
  std::vector<std::string> set_json = {};         // --set-json
  std::vector<std::string> set = {};              // --set
  std::vector<std::string> set_string = {};       // --set-string
  std::vector<std::string> set_file = {};         // --set-file
  std::vector<std::string> set_literal = {};      // --set-literal
  std::vector<std::string> config = {};           // --config
  std::vector<std::string> protected_files = {};  // --config-protected-file
  // The file to use as the chart's values.yaml; empty: the values.yaml of this version.
  std::string chart_defaults = {};
};

// A text that values were read from. `text` may contain secrets. Only Locator decides which parts of it are
// printed.
struct ValuesSource {
  enum class Kind { kChart, kFile, kArgument };

  Kind kind = Kind::kFile;
  std::string name;  // name of the file, "stdin", or the option ("--set")
  std::string text;  // normalized() text of the file, or the argument of the option
};

// The values that one command sets. SourceLocation::source in the trees is an index into `sources`.
struct Input {
  std::vector<ValuesSource> sources;
  Node given = Node::of_map({});      // the values that the user sets
  Node values = Node::of_map({});     // the chart's defaults, overridden by `given`, as Helm does it
  Node effective = Node::of_map({});  // `values` with the default of each empty key, as templates see them
  std::vector<settings::Finding> findings;  // findings of CR064 (json_problem.h); locations have no path
  // False if a file with a finding of CR064 could not be read. Other checks would then use defaults for the
  // settings in that file, and their findings would be wrong.
  bool complete = true;
};

// Reads the arguments in Helm's order: the chart's defaults, files, --set-json, --set, --set-string,
// --set-file, --set-literal. Then reads --config and --config-protected-file. Fails if a file cannot be read,
// if values are not YAML, or if an argument is not KEY=VALUE. The error message is for the user and shows no
// value.
Result<Input> read_input(const InputRequest& request, std::istream& standard_input);

}  // namespace connected_registry::values
