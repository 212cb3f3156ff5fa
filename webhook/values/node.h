// Values as helm has them, where each one knows the place it was written at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace connected_registry::values {

// A place in one of the sources that were read. Lines and columns count from 1; a column counts bytes of
// UTF-8.
struct Position {
  int source = -1;  // index into Sources::all; -1: nowhere
  int line = 0;
  int column = 0;

  bool known() const { return source >= 0; }
};

// No value may hold more levels than JSON does, whatever it came from: walking one recurses.
inline constexpr std::size_t kMaxDepth = json::kMaxDepth;

struct Member;

// One value with all below it. Copying copies everything.
struct Node {
  enum class Kind { kNull, kBool, kInteger, kNumber, kText, kList, kMap };

  Kind kind = Kind::kNull;
  bool truth = false;        // kBool
  std::int64_t integer = 0;  // kInteger: a number without a fraction that 64 bits hold
  double number = 0;         // kNumber: every other one
  std::string text;          // kText, UTF-8
  std::vector<Node> list;    // kList
  std::vector<Member> map;   // kMap: sorted by name, each name once
  Position at;               // where the value is written

  static Node of_text(std::string text, Position at);
  static Node of_map(Position at);

  bool is_null() const { return kind == Kind::kNull; }
  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kText; }
};

struct Member {
  std::string name;
  Position at;  // where the name is written
  Node value;
};

// The member of that name, or nullptr where there is none or `map` is no map.
const Member* find(const Node& map, std::string_view name);
Member* find(Node& map, std::string_view name);

// map[name]: replaced where it is, else added. `map` must be a map.
void set(Node& map, Member member);

// Takes members in the order they were written, a name perhaps more than once, and makes them a map's: the
// last of a name wins, as helm has it.
void set_members(Node& map, std::vector<Member> members);

// Removes the member of that name; false where there is none.
bool erase(Node& map, std::string_view name);

json::Value to_json(const Node& node, json::Allocator& allocator);

}  // namespace connected_registry::values
