// A tree of values as Helm reads them. Each value has the location that it was written at.
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

// Maximum depth of nested values. It is limited because functions that visit a value are recursive.
inline constexpr std::size_t kMaxDepth = json::kMaxDepth;

struct Member;

// A value and all values below it. A copy is a deep copy.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kNumber, kText, kList, kMap };

  Kind kind = Kind::kNull;
  bool truth = false;        // kBool
  std::int64_t integer = 0;  // kInteger: a number without a fraction that fits into 64 bits
  double number = 0;         // kNumber: any other number
  std::uint64_t large = 0;   // kNumber: the exact number if it is whole and 64 unsigned bits hold it, else 0
  std::string text;          // kText, UTF-8
  std::vector<Node> list;    // kList
  std::vector<Member> map;   // kMap: sorted by name, names are unique
  SourceLocation at;         // location of the value

  static Node of_text(std::string text, SourceLocation at);
  static Node of_map(SourceLocation at);

  bool is_null() const { return kind == Kind::kNull; }
  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kText; }
};

struct Member {
  std::string name;
  SourceLocation at;  // location of the name
  Node value;
};

// Returns the member with the name. Returns nullptr if there is no such member or if `map` is not a map.
const Member* find(const Node& map, std::string_view name);
Member* find(Node& map, std::string_view name);

// Replaces the member with the same name, or adds the member. `map` must be a map.
void set(Node& map, Member member);

// Replaces the members of a map. `members` has the order in which they were written. If several members have
// the same name, the last one wins, as in Helm.
void set_members(Node& map, std::vector<Member> members);

// Removes the member with the name. Returns false if there is no such member.
bool erase(Node& map, std::string_view name);

json::Value to_json(const Node& node, json::Allocator& allocator);

// Returns the value with all its locations set to `at`. If a name stands twice in a map, its last value wins.
Node from_json(const json::Value& value, const SourceLocation& at);

}  // namespace connected_registry::values
