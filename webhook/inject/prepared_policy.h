// What pods get by a policy, in words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inject/policy.h"

namespace connected_registry::inject {

inline constexpr std::string_view kBundleField = "metadata.annotations['connected-registry.io/ca-bundle']";

// The files of our volume: ca.crt and one `<subject hash>.0` for each CA subject.
std::vector<std::string> volume_files(const Policy& policy);

// One thing that each pod or each container is to have.
struct Piece {
  std::string name;  // the mount's path, the variable's name, the file's
  std::string text;  // what is added for it, as JSON
};

// A policy with what pods get by it put into words, once for thousands of them.
struct PreparedPolicy : Policy {
  explicit PreparedPolicy(Policy policy);

  // Where a container gets the volume: first our own directory, then those that clients of registries look
  // in.
  std::vector<Piece> mounts;
  std::vector<Piece> variables;  // kVariables
  std::vector<Piece> items;      // of the volume, for volume_files()
  std::string volume;
  std::string bundle_text;  // the bundle as a JSON string
  std::string pull_secret_reference;
};

}  // namespace connected_registry::inject
