// Checks the rules about the Service, the program that serves the registry, and its storage.
#pragma once

#include <vector>

#include "settings/finding.h"
#include "settings/settings.h"

namespace connected_registry::settings {

// Adds the findings of these rules.
void check_engine(const Settings& settings, std::vector<Finding>& findings);

}  // namespace connected_registry::settings
