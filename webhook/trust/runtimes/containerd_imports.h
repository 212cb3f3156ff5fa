// The files that containerd's configuration imports. The function only reads the view of the node.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "trust/files/host_view.h"

namespace connected_registry::trust {

struct ContainerdImports {
  std::vector<std::filesystem::path> files = {};    // below the host's root
  std::vector<std::filesystem::path> missing = {};  // named without a wildcard, in a directory without them
};

// Finds the files of `imports`, the patterns in the configuration file `file`. A relative pattern starts at
// the directory of `file`. Only the last step of a pattern can have wildcards. Leaves out files in
// directories that the agent cannot see.
ContainerdImports find_imports(const HostView& host, const std::filesystem::path& file,
                               const std::vector<std::string>& imports);

}  // namespace connected_registry::trust
