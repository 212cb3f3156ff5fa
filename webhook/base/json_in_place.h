// The quick way to read JSON: in place, and only what is wanted.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace connected_registry::json {

// Behind a text that is read in place there must be a NUL and, with it, so many bytes that may be read.
inline constexpr std::size_t kInPlacePadding = 32;

// No object of Kubernetes has so many values; each takes 16 bytes or more.
inline constexpr std::size_t kMaxValues = 200'000;

// Which members of an object are wanted, by name. A list passes it on to the objects in it.
struct Selection;
struct Choice {
  std::string_view name;
  bool wanted = true;
  const Selection* inside = nullptr;  // of what it holds; nullptr: all
};
struct Selection {
  std::span<const Choice> choices = {};
  bool others = false;  // whether those that are not named are wanted
  // Objects of a list of which only some are wanted at all: those with one of `among` for a member. `lead` is
  // how each is written up to that member's value, `{"MEMBER":"`: one that begins otherwise is kept, whatever
  // it holds. In the place of one that is left out stands null; of what it holds nothing is judged but that
  // it is JSON and has no second MEMBER.
  std::string_view lead = {};
  std::span<const std::string_view> among = {};

  // MEMBER
  constexpr std::string_view by() const {
    constexpr std::size_t kOpening = 2;
    constexpr std::size_t kRest = 5;
    return lead.empty() ? lead : lead.substr(kOpening, lead.size() - kRest);
  }
};
inline constexpr Selection kAll{.others = true};

// Parses one whole JSON text as parse() does, with the same caps and one on the number of values. The values
// refer to `text`, which it writes to. Members that are not wanted are read and left out. A name that stands
// twice in an object that is kept is an error: two readers would take it for two different things.
Result<Document> parse_in_place(std::span<char> text, const Selection& selection);

}  // namespace connected_registry::json
