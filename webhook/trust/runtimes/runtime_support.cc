#include "trust/runtimes/runtime_support.h"

namespace connected_registry::trust {

namespace fs = std::filesystem;

fs::path absolute_path(const fs::path& path) {
  return "/" / path;
}

std::string drop_in_name(const names::Installation& installation, std::string_view extension) {
  return "connected-registry-" + installation.namespace_ + "-" + installation.name + std::string(extension);
}

bool is_distribution(const HostView& host, const RuntimeRequest& request, std::string_view version_part,
                     const fs::path& directory) {
  if (!request.node.kubelet.empty()) return request.node.kubelet.find(version_part) != std::string::npos;
  return host.has_directory(directory);
}

std::string mount_action(const fs::path& path, std::string_view runtime) {
  return absolute_path(path).string() +
         " does not exist, or is not mounted in the agent's pod: set trustDistribution.runtimes={" +
         std::string(runtime) + "}";
}

}  // namespace connected_registry::trust
