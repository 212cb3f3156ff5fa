#include "inject/environment.h"

#include <algorithm>

#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool matters(std::string_view name) {
  return std::any_of(kVariables.begin(), kVariables.end(),
                     [name](const Variable& each) { return each.name == name; }) ||
         holds(kReplacingVariables, name) || holds(kProxyVariables, name) || holds(kNoProxyVariables, name);
}

}  // namespace

std::vector<OwnVariable> own_variables(const json::Value& container) {
  std::vector<OwnVariable> out;
  for (const json::Value& variable : Entries(container, "env")) {
    const std::string_view name = json::text(variable, "name");
    if (!matters(name)) continue;
    const json::Value* const source = json::member(variable, "valueFrom");
    out.push_back({.name = name,
                   .value = json::text(variable, "value"),
                   .is_from_elsewhere = source != nullptr && source->IsObject()});
  }
  return out;
}

}  // namespace connected_registry::inject
