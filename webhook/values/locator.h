// Where in what the user gave a finding is, and what of that place may be shown.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/finding.h"
#include "values/input.h"
#include "values/schema.h"

namespace connected_registry::values {

// Safe to print as it is, but for control characters.
struct Place {
  std::string file;      // empty: none, as for an argument
  int line = 0;          // from 1; 0: the file as a whole
  int column = 0;        // from 1, in characters; 0 where line is
  std::string argument;  // "--set service.clusterIP=…": of the command line, its value hidden
  std::string excerpt;  // the key and its value as written, the value as "…" where it is secret; may be empty
  int caret = 0;        // the character of the excerpt that is meant, from 1
};

struct Located {
  settings::Finding finding;
  Place place;
};

// Keeps references to both: they must outlive it.
class Locator {
 public:
  Locator(const Input& input, const Schema& schema) : input_(input), schema_(schema) {}

  // Places the findings by their paths: at the value, else at the key, else at the nearest key above, else
  // the first file. Those that the input brings along come first; else the order stays.
  std::vector<Located> locate(std::vector<settings::Finding> findings) const;

 private:
  struct Spot {
    Position key;
    const Node* value = nullptr;
    std::string path;  // as far as it led
    bool exact = false;
  };

  Located locate(settings::Finding finding) const;
  Located locate(const PlacedFinding& placed) const;
  Spot find_spot(std::string_view path) const;
  Place place_of(const Spot& spot, bool at_key) const;
  void place_in_file(const Spot& spot, const Source& source, bool at_key, Place& place) const;
  void place_in_argument(const Spot& spot, const Source& source, Place& place) const;

  const Input& input_;
  const Schema& schema_;
};

}  // namespace connected_registry::values
