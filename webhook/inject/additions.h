// Computes what injection adds to one container.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/patch.h"
#include "inject/rendered_policy.h"

namespace connected_registry::inject {

// The state that each container of a pod is to have. Refers to the policy, which must outlive it.
struct DesiredAdditions {
  std::span<const Fragment> mounts;
  std::vector<const Fragment*> variables;  // without those that the pod's annotation excludes
  std::string_view address;                // of the registry: NO_PROXY should contain it
};

// Appends a warning to `warnings` where the annotation excludes a variable that is never added.
DesiredAdditions desired_additions(const json::Value& pod, const RenderedPolicy& rendered,
                                   std::vector<std::string>& warnings);

// The names of what a container has of ours after the patch. They refer to DesiredAdditions.
struct Additions {
  std::vector<std::string_view> mounts;
  std::vector<std::string_view> variables;
};

// Adds to `patch` what the container at `pointer` ("/spec/containers/0") lacks, and to `warnings` the
// settings of the container that win over ours. The container has passed check_pod().
Additions add_to_container(const json::Value& container, std::string_view pointer,
                           const DesiredAdditions& desired, Patch& patch, std::vector<std::string>& warnings);

}  // namespace connected_registry::inject
