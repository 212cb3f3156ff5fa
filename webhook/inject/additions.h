// What each container of a pod gets.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/patch.h"
#include "inject/prepared_policy.h"

namespace connected_registry::inject {

// What each container of a pod is to have.
struct Wanted {
  std::span<const Piece> mounts;
  std::vector<const Piece*> variables;  // all but those that the pod's annotation names
  std::string_view address;             // of the registry: what NO_PROXY should hold
};
// Adds to `warnings` what the annotation names in vain.
// The policy outlives what it gives.
Wanted wanted_for(const json::Value& pod, const PreparedPolicy& policy, std::vector<std::string>& warnings);

// What a container has of ours once the patch is applied, by name: views of what was wanted.
struct Additions {
  std::vector<std::string_view> mounts;
  std::vector<std::string_view> variables;
};

// Adds to `patch` what the container at `pointer` ("/spec/containers/0") lacks, and to `warnings` what it
// keeps of its own in place of ours. The container has passed check_pod.
Additions add_to_container(const json::Value& container, std::string_view pointer, const Wanted& wanted,
                           Patch& patch, std::vector<std::string>& warnings);

}  // namespace connected_registry::inject
