// The form of a rule that is checked in the settings alone and concerns one key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "settings/settings.h"

namespace connected_registry::settings {

// Messages of findings: what is wrong with the value, no full stop.
using Problems = std::vector<std::string>;

struct RuleCheck {
  std::string_view id;
  Problems (*problems)(const Settings& settings);
};

inline Problems when(bool wrong, std::string_view problem) {
  return wrong ? Problems{std::string(problem)} : Problems{};
}

}  // namespace connected_registry::settings
