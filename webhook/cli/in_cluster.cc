#include "cli/in_cluster.h"

#include <utility>

namespace connected_registry::cli {

std::optional<kube::Configuration> find_cluster(std::string_view command, CommandStreams streams) {
  auto configuration = kube::in_cluster_configuration();
  if (configuration) return std::move(*configuration);
  streams.err << "connected-registry " << command << ": " << configuration.error().message << "\n";
  return std::nullopt;
}

}  // namespace connected_registry::cli
