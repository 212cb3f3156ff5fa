// The catalogue of rules, and what a rule found in settings.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::settings {

enum class Severity { kError, kWarning };

// A row of the catalogue: a requirement, whatever the settings are.
struct Rule {
  std::string_view id;     // "CR002"; never reused
  Severity severity;       // default of its findings
  std::string_view path;   // default of its findings: the key that the rule checks
  std::string_view title;  // the requirement, no full stop
  std::string_view fix;    // the remedy, no full stop
};

// A position in one of the texts that the values were read from. Lines and columns count from 1, columns in
// bytes.
struct SourceLocation {
  int source = -1;  // index of the text; -1: none
  int line = 0;
  int column = 0;

  bool known() const { return source >= 0; }
};

// Where a setting is written.
struct SettingLocation {
  std::string path;  // of the key at this location: the setting's, or where it is not written, one above it
  SourceLocation key;
  SourceLocation value;       // not known for maps, lists and null
  std::size_t text_size = 0;  // bytes of the value where it is a string; 0 for every other one
};

struct Finding {
  std::string_view id;
  Severity severity;
  std::string path;     // of the key: "service.clusterIP"
  std::string message;  // the problem with the value, no full stop; never the content of a secret
  std::string fix;      // the remedy, no full stop
  std::optional<SettingLocation> location = std::nullopt;  // nullopt: the user wrote no such key
};

// Returns all rules, sorted by id.
const std::vector<Rule>& catalogue();

// Makes a finding of a rule of the catalogue, with the rule's path or another. Sets no location.
Finding found(std::string_view id, std::string message);
Finding found(std::string_view id, std::string path, std::string message);

// Sorts by id, then path, then message, so that the same findings always have the same order.
void sort(std::vector<Finding>& findings);

bool has_errors(const std::vector<Finding>& findings);

// Returns "CR002 service.clusterIP: it is … . Fix: set … .", one line.
std::string to_line(const Finding& finding);

// Returns the address of the rule's documentation, which shows a wrong and a right value.
std::string link(std::string_view id);

}  // namespace connected_registry::settings
