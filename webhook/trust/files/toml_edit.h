// Sets keys in another owner's TOML by inserting lines, and removes the lines again. Pure functions.
//
// The inserted lines are in a block between two comments of this project. If the inserted line replaces a
// line, the block contains the replaced line as a comment. The result is parsed and compared with the
// original: only the set keys may differ. No inserted header has a bracket in a quoted part, because
// containerd 1.x cannot read such a header: the table is then an inline table below a shorter header.
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

// Returns `text` as a basic string of TOML 1.0. `text` must not contain control characters.
std::string toml_string(std::string_view text);

// Returns the header and the line that set the key, in one line: [table] key = "value".
std::string toml_lines(const TomlSetting& setting);

// Returns true if `text` contains lines of this installation, even if another program changed them.
bool holds_settings(std::string_view text, const names::Installation& installation);

// Returns `text` with the keys set. An existing key must have an empty string as its value. kInvalidArgument:
// `text` is not TOML, a key already has a value, or no line can be added to the table because of its form (an
// inline table, dotted keys).
Result<std::string> insert_settings(std::string_view text, const names::Installation& installation,
                                    const std::vector<TomlSetting>& settings);

// Returns `text` without the inserted blocks. The line end that insert_settings() adds after the last line
// remains. No value if `text` contains no block of this installation, or if another program changed one of
// the blocks.
std::optional<std::string> cut_settings(std::string_view text, const names::Installation& installation);

}  // namespace connected_registry::trust
