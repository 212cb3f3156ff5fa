// What a rule of the settings catalogue found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace connected_registry::settings {

enum class Severity { kError, kWarning };

// One row of the catalogue: what is asked for, whatever the settings are.
struct Rule {
  std::string_view id;     // "CR002"; never reused
  Severity severity;       // of its findings, where nothing else is said
  std::string_view path;   // of the key it is about, where nothing else is said
  std::string_view title;  // what it asks for, no full stop
  std::string_view fix;    // what to do, no full stop
};

struct Finding {
  std::string_view id;
  Severity severity;
  std::string path;     // of the key: "service.clusterIP"
  std::string message;  // what is wrong with the value seen, no full stop; never a secret's content
  std::string fix;      // what to do, no full stop
};

// All rules, sorted by id.
const std::vector<Rule>& catalogue();

// A finding of a rule of the catalogue, at the rule's own path or at another.
Finding found(std::string_view id, std::string message);
Finding found(std::string_view id, std::string path, std::string message);

// By id, then path, then message: the same findings always stand in the same order.
void sort(std::vector<Finding>& findings);

bool has_errors(const std::vector<Finding>& findings);

// "CR002 service.clusterIP: it is … . Fix: set … .", one line.
std::string to_line(const Finding& finding);

// Where the rule is documented, with an example of a wrong and of a right value.
std::string link(std::string_view id);

}  // namespace connected_registry::settings
