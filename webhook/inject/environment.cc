#include "inject/environment.h"

#include <algorithm>

#include "inject/pod.h"

namespace connected_registry::inject {
namespace {

bool is_relevant(std::string_view name) {
  return std::any_of(kRelevantVariables.begin(), kRelevantVariables.end(),
                     [name](std::string_view each) { return json::are_same(each, name); });
}

}  // namespace

std::vector<OwnVariable> own_variables(const json::Value& container) {
  std::vector<OwnVariable> out;
  for (const json::Value& variable : EnvEntries(json::member(container, "env"))) {
    const std::string_view name = json::text(variable, "name");
    if (!is_relevant(name)) continue;
    const json::Value* const source = json::member(variable, "valueFrom");
    out.push_back({.name = name,
                   .value = json::text(variable, "value"),
                   .is_from_elsewhere = source != nullptr && source->IsObject()});
  }
  return out;
}

}  // namespace connected_registry::inject
