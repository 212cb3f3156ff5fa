// Setting one key in somebody else's TOML by the smallest insertion, and taking it out again. Pure.
//
// What is inserted stands between two comments of ours; a line that had to make way is kept between them.
// Whatever is inserted is parsed again and compared: nothing but that key may differ.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "contract/names.h"
#include "contract/node_file_marks.h"

namespace connected_registry::trust {

struct TomlSetting {
  std::vector<std::string> table;  // {"plugins", "io.containerd.grpc.v1.cri", "registry"}
  std::string key;
  std::string value;  // a string
};

// A basic string of TOML 1.0. Control characters cannot occur in what is written here.
std::string toml_string(std::string_view text);

// Whether there is something of this installation in it, changed by somebody or not.
bool holds_settings(std::string_view text, const names::Installation& installation);

// kInvalidArgument, with what a person has to do by hand, where `text` is no TOML, has the key with another
// value, or is written in a way that a line cannot be added to (an inline table, dotted keys).
Result<std::string> insert_settings(std::string_view text, const names::Installation& installation,
                                    const std::vector<TomlSetting>& settings);

// Without what we inserted, but for a line end after the last line; none if there is nothing of this
// installation, or somebody changed it.
std::optional<std::string> cut_settings(std::string_view text, const names::Installation& installation);

}  // namespace connected_registry::trust
