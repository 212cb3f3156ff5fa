// Sets keys in another owner's TOML by inserting lines, and removes the lines again. Pure.
//
// Inserted lines are between two comments of ours; a line that they replace is kept there as a comment. The
// result is parsed and compared with the original: only the set keys may differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/names.h"

namespace connected_registry::trust {

struct TomlSetting {
  std::vector<std::string> table;  // {"plugins", "io.containerd.grpc.v1.cri", "registry"}
  std::string key;
  std::string value;

  bool operator==(const TomlSetting&) const = default;
};

// Returns `text` as a basic string of TOML 1.0. It must not hold control characters.
std::string toml_string(std::string_view text);

// Reports whether `text` holds lines of this installation, changed by somebody or not.
bool holds_settings(std::string_view text, const names::Installation& installation);

// Returns `text` with the keys set. kInvalidArgument if `text` is no TOML, has a key with another value, or
// has the table in a form to which no line can be added (an inline table, dotted keys).
Result<std::string> insert_settings(std::string_view text, const names::Installation& installation,
                                    const std::vector<TomlSetting>& settings);

// Returns `text` without our lines; only a line end after the last line remains. No value if there are no
// lines of this installation, or if somebody changed them.
std::optional<std::string> cut_settings(std::string_view text, const names::Installation& installation);

}  // namespace connected_registry::trust
