// The only reader of TOML in this program: toml++.
#pragma once

// toml++ aborts in debug builds at some texts that are not TOML, such as "[!]". Without its assertions it
// reports an error for them, as in release builds.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include <string_view>

#include "base/result.h"

namespace connected_registry::trust {

// Parses TOML 1.0. kInvalidArgument, with the line number: the text is not TOML.
Result<toml::table> parse_toml(std::string_view text);

}  // namespace connected_registry::trust
