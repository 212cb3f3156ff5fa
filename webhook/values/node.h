// Values as Helm reads them, each with the location it was written at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "settings/finding.h"

namespace connected_registry::values {

using settings::SourceLocation;

// Deepest nesting of a value, as of JSON: functions that walk a value recurse.
inline constexpr std::size_t kMaxDepth = json::kMaxDepth;

struct Member;

// A value with all values below it. Copying copies everything.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kNumber, kText, kList, kMap };

  Kind kind = Kind::kNull;
  bool truth = false;        // kBool
  std::int64_t integer = 0;  // kInteger: a number without a fraction that 64 bits hold
  double number = 0;         // kNumber: every other one
  std::string text;          // kText, UTF-8
  std::vector<Node> list;    // kList
  std::vector<Member> map;   // kMap: sorted by name, each name once
  SourceLocation at;         // where the value is written

  static Node of_text(std::string text, SourceLocation at);
  static Node of_map(SourceLocation at);

  bool is_null() const { return kind == Kind::kNull; }
  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kText; }
};

struct Member {
  std::string name;
  SourceLocation at;  // where the name is written
  Node value;
};

// Returns the member of that name; nullptr where there is none or `map` is not a map.
const Member* find(const Node& map, std::string_view name);
Member* find(Node& map, std::string_view name);

// Replaces the member of that name, or adds it. `map` must be a map.
void set(Node& map, Member member);

// Sets the members of a map from those in the order they were written. Of several with one name, the last
// wins, as in Helm.
void set_members(Node& map, std::vector<Member> members);

// Removes the member of that name; false where there is none.
bool erase(Node& map, std::string_view name);

json::Value to_json(const Node& node, json::Allocator& allocator);

}  // namespace connected_registry::values
