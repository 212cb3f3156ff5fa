#include "values/node.h"

#include <algorithm>
#include <iterator>

namespace connected_registry::values {
namespace {

// The first member whose name is not less.
template <typename Members>
auto place(Members& members, std::string_view name) {
  // Not by <, which Clang 14 does not take here: in a template, it loses the ordering's 0.
  const auto is_less = [](const Member& member, std::string_view wanted) {
    return member.name.compare(wanted) < 0;
  };
  return std::lower_bound(members.begin(), members.end(), name, is_less);
}

}  // namespace

Node Node::of_text(std::string text, SourceLocation at) {
  Node node;
  node.kind = Kind::kText;
  node.text = std::move(text);
  node.at = at;
  return node;
}

Node Node::of_map(SourceLocation at) {
  Node node;
  node.kind = Kind::kMap;
  node.at = at;
  return node;
}

const Member* find(const Node& map, std::string_view name) {
  const auto found = place(map.map, name);
  return found != map.map.end() && found->name == name ? &*found : nullptr;
}

Member* find(Node& map, std::string_view name) {
  const auto found = place(map.map, name);
  return found != map.map.end() && found->name == name ? &*found : nullptr;
}

void set(Node& map, Member member) {
  const auto found = place(map.map, member.name);
  if (found != map.map.end() && found->name == member.name) {
    *found = std::move(member);
  } else {
    map.map.insert(found, std::move(member));
  }
}

void set_members(Node& map, std::vector<Member> members) {
  std::stable_sort(members.begin(), members.end(),
                   [](const Member& left, const Member& right) { return left.name < right.name; });
  map.map.clear();
  for (Member& member : members) {
    if (!map.map.empty() && map.map.back().name == member.name) map.map.pop_back();
    map.map.push_back(std::move(member));
  }
}

bool erase(Node& map, std::string_view name) {
  const auto found = place(map.map, name);
  if (found == map.map.end() || found->name != name) return false;
  map.map.erase(found);
  return true;
}

json::Value to_json(const Node& node, json::Allocator& allocator) {
  switch (node.kind) {
    case Node::Kind::kNull:
      break;
    case Node::Kind::kBool:
      return json::Value(node.truth);
    case Node::Kind::kInteger:
      return json::Value(node.integer);
    case Node::Kind::kNumber:
      return node.large == 0 ? json::Value(node.number) : json::Value(node.large);
    case Node::Kind::kText:
      return json::string_value(node.text, allocator);
    case Node::Kind::kList: {
      json::Value list(rapidjson::kArrayType);
      for (const Node& each : node.list) list.PushBack(to_json(each, allocator), allocator);
      return list;
    }
    case Node::Kind::kMap: {
      json::Value map(rapidjson::kObjectType);
      for (const Member& each : node.map) {
        map.AddMember(json::string_value(each.name, allocator), to_json(each.value, allocator), allocator);
      }
      return map;
    }
  }
  return json::Value();
}

Node from_json(const json::Value& value, const SourceLocation& at) {
  Node node;
  node.at = at;
  if (value.IsBool()) {
    node.kind = Node::Kind::kBool;
    node.truth = value.GetBool();
  } else if (value.IsInt64()) {
    node.kind = Node::Kind::kInteger;
    node.integer = value.GetInt64();
  } else if (value.IsNumber()) {
    node.kind = Node::Kind::kNumber;
    node.number = value.GetDouble();
  } else if (value.IsString()) {
    node = Node::of_text(std::string(json::view(value)), at);
  } else if (value.IsArray()) {
    node.kind = Node::Kind::kList;
    for (const json::Value& each : value.GetArray()) node.list.push_back(from_json(each, at));
  } else if (value.IsObject()) {
    std::vector<Member> members;
    for (auto each = value.MemberBegin(); each != value.MemberEnd(); ++each) {
      members.push_back(
          {.name = std::string(json::view(each->name)), .at = at, .value = from_json(each->value, at)});
    }
    node.kind = Node::Kind::kMap;
    set_members(node, std::move(members));
  }
  return node;
}

}  // namespace connected_registry::values
