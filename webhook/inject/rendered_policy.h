// A policy with pre-rendered JSON fragments. A patch adds these fragments to pods and containers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inject/policy.h"

namespace connected_registry::inject {

inline constexpr std::string_view kBundleField = "metadata.annotations['connected-registry.io/ca-bundle']";

// Returns the names of the files in the CA volume: ca.crt and one `<subject hash>.0` for each CA subject.
std::vector<std::string> volume_files(const Policy& policy);

// A list entry that injection adds to a pod or to a container.
struct Fragment {
  std::string name;  // path of the mount, or name of the variable or the file
  std::string json;  // the entry
};

// A policy with its fragments. It is rendered once and used for thousands of pods. Immutable.
struct RenderedPolicy {
  explicit RenderedPolicy(Policy policy);

  Policy policy;
  // Mounts of the CA volume in each container. The first mount is the directory of this project. The others
  // are the directories that registry clients read.
  std::vector<Fragment> mounts;
  std::vector<Fragment> variables;  // kVariables
  std::vector<Fragment> items;      // items of the volume, one for each of volume_files()
  std::string volume;
  std::string bundle_json;  // policy.bundle as a JSON string
  std::string pull_secret_reference;
};

}  // namespace connected_registry::inject
