// What the tests of single runtimes share.
#pragma once

#include <string>
#include <vector>

#include "trust/files/host_view.h"
#include "trust/files/node_tree.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust::testing {

inline HostView view(const NodeTree& node) {
  return {machine_file_system(), node.root()};
}

inline RuntimeRequest request(const NodeInfo& node = {}, contract::Scheme scheme = contract::Scheme::kHttps) {
  const bool https = scheme == contract::Scheme::kHttps;
  return {.installation = {.name = "cr", .namespace_ = "edge"},
          .registry = {.address = "10.9.8.7", .port = https ? 443 : 80, .scheme = scheme},
          .bundle = https ? "PEM\n" : "",
          .node = node};
}

inline std::vector<std::string> paths(const RuntimePlan& plan) {
  std::vector<std::string> all;
  for (const DesiredFile& file : plan.files) all.push_back(file.path.string());
  return all;
}

}  // namespace connected_registry::trust::testing
