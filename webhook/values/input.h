// Everything a user gives helm on one command line, read and put together as helm does.
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

// What to read; each list in the order of the command line. "-" as a file is standard input.
struct Request {
  std::vector<std::string> files = {};            // -f
  std::vector<std::string> set = {};              // --set
  std::vector<std::string> set_string = {};       // --set-string
  std::vector<std::string> set_file = {};         // --set-file
  std::vector<std::string> config = {};           // --config
  std::vector<std::string> protected_files = {};  // --config-protected-file
  std::string chart_defaults = {};  // a file in place of the chart's own values.yaml; empty: the chart's own
};

// Where values came from. `text` may hold secrets: only Locator decides what of it is printed.
struct Source {
  enum class Kind { kChart, kFile, kArgument };

  Kind kind = Kind::kFile;
  std::string name;  // the file's, "stdin", or the option ("--set")
  std::string text;  // the file's, normalized(), or the option's argument
};

// A finding about a place that no key leads to.
struct PlacedFinding {
  settings::Finding finding;
  Position at;
};

// Positions in the trees are indexes into `sources`.
struct Input {
  std::vector<Source> sources;
  Node given = Node::of_map({});        // by the user
  Node values = Node::of_map({});       // on top of the chart's defaults
  std::vector<PlacedFinding> findings;  // CR064
  // False where a file with a CR064 could not be read at all: what the rest says would be about settings that
  // nobody meant.
  bool complete = true;
};

// In helm's order: the chart's defaults, files, --set, --set-string, --set-file; then --config and
// --config-protected-file. An error is for whoever typed the command: a file that cannot be read, values that
// are no YAML, an argument that is no KEY=VALUE. It shows no value.
Result<Input> read_input(const Request& request, std::istream& standard_input);

}  // namespace connected_registry::values
