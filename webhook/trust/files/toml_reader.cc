#include "trust/files/toml_reader.h"

#include <string>
#include <utility>

namespace connected_registry::trust {

Result<toml::table> parse_toml(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalidArgument, "line " + std::to_string(error.source().begin.line) + ": " +
                                                 std::string(error.description()));
  }
}

}  // namespace connected_registry::trust
