// The quick way to read JSON: in place, and only what is wanted.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::json {

// Behind a text that is read in place there must be a NUL and, with it, so many bytes that may be read.
inline constexpr std::size_t kInPlacePadding = 32;

// No object of Kubernetes has so many values; each takes 16 bytes or more.
inline constexpr std::size_t kMaxValues = 200'000;

// Whether a member is wanted, by the names that lead to it from the document's own object; arrays have none.
// Asked for paths of up to kSelectDepth names: what is deeper is wanted with what it is in.
using Path = std::span<const std::string_view>;
using Select = std::function<bool(Path path)>;
inline constexpr std::size_t kSelectDepth = 4;

// Parses one whole JSON text as parse() does, with the same caps and one on the number of values. The values
// refer to `text`, which it writes to. Members that are not wanted are read and left out. A name that stands
// twice in an object is an error: two readers would take it for two different things.
Result<Document> parse_in_place(std::span<char> text, const Select& select);

}  // namespace connected_registry::json
