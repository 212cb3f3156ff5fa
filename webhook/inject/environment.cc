#include "inject/environment.h"

#include <algorithm>

#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

bool matters(std::string_view name) {
  return std::any_of(kHeededVariables.begin(), kHeededVariables.end(),
                     [name](std::string_view each) { return json::are_same(each, name); });
}

}  // namespace

std::vector<OwnVariable> own_variables(const json::Value& container) {
  std::vector<OwnVariable> out;
  for (const json::Value& variable : Entries(container, "env")) {
    if (variable.IsNull()) continue;  // kPodParts leaves most out
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
