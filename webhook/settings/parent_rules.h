// The rules about the parent registry, and about what is synchronized from it.
#pragma once

#include <span>

#include "settings/rule_check.h"

namespace connected_registry::settings {

// Returns these rules.
std::span<const RuleCheck> parent_rules();

// Reports whether the rule is about the content of a connection string.
bool is_about_connection_string(const RuleCheck& rule);

}  // namespace connected_registry::settings
