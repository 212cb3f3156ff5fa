// The catalogue of settings rules. Every layer that can see a violation (chart, webhook, command line)
// reports it with the same id and fix.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.h"

namespace connected_registry::settings {

enum class Severity { kError, kWarning };

struct Finding {
  std::string_view id;  // "CR002"; never reused
  Severity severity;
  std::string path;     // of the key: "service.clusterIP"
  std::string message;  // what is wrong with the value seen, no full stop; never a secret's content
  std::string fix;      // what to do, no full stop
};

// All findings, sorted by id then path; the same input gives the same list.
std::vector<Finding> check(const Settings& settings);

// "CR002 service.clusterIP: it is … . Fix: set … .", one line.
std::string to_line(const Finding& finding);

}  // namespace connected_registry::settings
