// What a pod and its containers get, in one place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "inject/environment.h"
#include "inject/patch.h"
#include "inject/policy.h"

namespace connected_registry::inject {

inline constexpr std::string_view kBundleField = "metadata.annotations['connected-registry.io/ca-bundle']";

// Where a container gets the volume: first our own folder, then those that clients of registries look in.
std::vector<std::string> mount_paths(const Policy& policy);

// The files of our volume: ca.crt and one `<subject hash>.0` for each CA subject.
std::vector<std::string> volume_files(const Policy& policy);

// As JSON text.
std::string volume_item(std::string_view file);
std::string volume(const Policy& policy);

// One thing that each container of a pod is to have.
struct Piece {
  std::string name;  // the mount's path, or the variable's name
  std::string text;  // what is added for it, as JSON
};
struct Wanted {
  std::vector<Piece> mounts;     // at mount_paths()
  std::vector<Piece> variables;  // kVariables but for those that the pod's annotation names
  std::string_view address;      // of the registry: what NO_PROXY should hold
};
// Adds to `warnings` what the annotation names in vain.
// The policy outlives what it gives.
Wanted wanted_for(const json::Value& pod, const Policy& policy, std::vector<std::string>& warnings);

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
