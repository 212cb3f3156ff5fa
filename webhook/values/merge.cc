#include "values/merge.h"

#include <utility>

namespace connected_registry::values {
namespace {

using Members = std::vector<Member>;

// Both are sorted by name: walks them side by side. `both` makes one member of two of a name, and says
// whether it stays.
template <typename Both>
Members join(Members base, Members over, Both both) {
  Members out;
  out.reserve(base.size() + over.size());
  auto left = base.begin();
  auto right = over.begin();
  while (left != base.end() || right != over.end()) {
    if (right == over.end() || (left != base.end() && left->name < right->name)) {
      out.push_back(std::move(*left++));
    } else if (left == base.end() || right->name < left->name) {
      out.push_back(std::move(*right++));
    } else {
      if (both(*left, *right)) out.push_back(std::move(*left));
      ++left;
      ++right;
    }
  }
  return out;
}

// A chart's own nulls are as if they were not there.
void remove_nulls(Node& map) {
  std::erase_if(map.map, [](const Member& member) { return member.value.is_null(); });
  for (Member& each : map.map) {
    if (each.value.is_map()) remove_nulls(each.value);
  }
}

void coalesce_into(Node& defaults, Node given) {
  defaults.at = given.at;
  defaults.map = join(std::move(defaults.map), std::move(given.map), [](Member& left, Member& right) {
    if (right.value.is_null()) return false;
    if (left.value.is_map() && right.value.is_map()) {
      coalesce_into(left.value, std::move(right.value));
      left.at = right.at;
    } else {
      left = std::move(right);
    }
    return true;
  });
}

}  // namespace

void merge(Node& base, Node over) {
  base.map = join(std::move(base.map), std::move(over.map), [](Member& left, Member& right) {
    if (left.value.is_map() && right.value.is_map()) {
      merge(left.value, std::move(right.value));
      left.at = right.at;
    } else {
      left = std::move(right);
    }
    return true;
  });
}

Node coalesce(Node defaults, Node given) {
  // At the top, a null goes even where the default is one.
  std::erase_if(given.map,
                [&](const Member& member) { return member.value.is_null() && erase(defaults, member.name); });
  remove_nulls(defaults);
  coalesce_into(defaults, std::move(given));
  return defaults;
}

void complete(Node& values, const Node& defaults) {
  for (const Member& each : defaults.map) {
    if (each.value.is_null()) continue;
    Member* const found = find(values, each.name);
    if (found == nullptr || found->value.is_null()) {
      Member copy = each;
      remove_nulls(copy.value);
      set(values, std::move(copy));
    } else if (found->value.is_map() && each.value.is_map()) {
      complete(found->value, each.value);
    }
  }
}

}  // namespace connected_registry::values
