// The differences between TOML 1.0, as toml++ reads it, and go-toml, with which containerd reads its files.
// go-toml 1 refuses, or reads differently, some texts that are TOML 1.0:
//   a bracket or an escape in a quoted part of a header, a tab after the dot of a header
//   a quote that is escaped in a quoted key, a blank after the dot of a key
//   one or two quotes directly before the closing three quotes of a string
//   a date that a line end follows, and other forms of dates and times
//   the float 0e0
//   a header that go-toml 1 takes for a duplicate, below an array of tables whose name is spelled differently
// go-toml 2 refuses a byte order mark. tests/chart compares with both. Pure functions.
#pragma once

#include <string_view>

#include "base/result.h"

namespace connected_registry::trust {

enum class GoToml {
  kOne,  // github.com/pelletier/go-toml 1.9.5, the parser of containerd 1.x
  kTwo,  // github.com/pelletier/go-toml/v2, the parser of containerd 2.x
};

// Returns success if this version of go-toml reads `text` in the same way as toml++. `text` must be TOML that
// toml++ reads. kInvalidArgument, with the line number: it may not. Refuses more than go-toml: all dates and
// times, all escapes in keys, and all blanks around the dots of keys.
Status check_go_toml(std::string_view text, GoToml version);

}  // namespace connected_registry::trust
