// The catalogue of rules, and the findings: violations of the rules by settings.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::settings {

enum class Severity { kError, kWarning };

// A row of the catalogue: a requirement for the settings.
struct Rule {
  std::string_view id;     // "CR002"; never reused
  Severity severity;       // default severity of its findings
  std::string_view path;   // the key that the rule checks; default path of its findings
  std::string_view title;  // the requirement, no full stop
  std::string_view fix;    // the remedy, no full stop
};

// A position in a text that values were read from. Lines and columns count from 1, columns in bytes.
struct SourceLocation {
  int source = -1;  // index of the text; -1: the position is not known
  int line = 0;
  int column = 0;

  bool known() const { return source >= 0; }
};

// The location of a setting in the texts that the user wrote.
struct SettingLocation {
  // The path of the key at this location. If the user did not write the setting, it is the path of the
  // nearest parent key that the user wrote.
  std::string path;
  SourceLocation key;
  SourceLocation value;       // not known for maps, lists and null
  std::size_t text_size = 0;  // size of a string value in bytes; 0 for any other value
};

// A violation of a rule.
struct Finding {
  std::string_view id;
  Severity severity;
  std::string path;     // path of the key: "service.clusterIP"
  std::string message;  // the problem with the value, no full stop; contains no secret
  std::string fix;      // the remedy, no full stop
  std::optional<SettingLocation> location =
      std::nullopt;  // nullopt: the user wrote neither the key nor a parent
};

// The fix of CR065 for a value that must be a string but is a number or a boolean. Example: YAML reads 1.10
// without quotes as the number 1.1.
inline constexpr std::string_view kQuoteFix =
    "write it in quotes, as in \"1.10\"; on the command line, use --set-string";

// Returns all rules, sorted by id.
const std::vector<Rule>& catalogue();

// Returns a finding of the rule with this id. Uses the path of the rule if no path is given. Sets no
// location.
Finding found(std::string_view id, std::string message);
Finding found(std::string_view id, std::string path, std::string message);

// Sorts by id, then path, then message, so that the same findings always have the same order.
void sort(std::vector<Finding>& findings);

bool has_errors(const std::vector<Finding>& findings);

// Returns the finding as one line: "CR002 service.clusterIP: it is … . Fix: set … .".
std::string to_line(const Finding& finding);

// Returns the URL of the rule's documentation, which shows a wrong and a right value.
std::string link(std::string_view id);

}  // namespace connected_registry::settings
