// Computes the mounts and variables that injection adds to one container.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/patch.h"
#include "inject/rendered_policy.h"

namespace connected_registry::inject {

// The desired mounts and variables of each container of a pod. The members refer to the policy, which must
// outlive this object.
struct DesiredAdditions {
  std::span<const Fragment> mounts;
  // All variables except the variables that the pod's annotation excludes (names::kWithoutEnvAnnotation).
  std::vector<const Fragment*> variables;
  std::string_view address;  // address of the registry; NO_PROXY should contain it
};

// Returns the desired additions for the pod. Appends a warning to `warnings` if the pod's annotation excludes
// a variable that injection never adds.
DesiredAdditions desired_additions(const json::Value& pod, const RenderedPolicy& rendered,
                                   std::vector<std::string>& warnings);

// The names of the injected mounts and variables that a container has after the patch. They refer to memory
// of DesiredAdditions.
struct Additions {
  std::vector<std::string_view> mounts;
  std::vector<std::string_view> variables;
};

// Adds to `patch` the desired additions that are missing in the container at `pointer`
// ("/spec/containers/0"). Appends a warning for each setting of the container that overrides an addition.
// The container must have passed check_pod().
Additions add_to_container(const json::Value& container, std::string_view pointer,
                           const DesiredAdditions& desired, Patch& patch, std::vector<std::string>& warnings);

}  // namespace connected_registry::inject
