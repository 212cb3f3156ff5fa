#include <charconv>
#include <cstdlib>

#include "base/file.h"
#include "kube/client.h"

namespace connected_registry::kube {
namespace {

// The directory where kubelet mounts a service account.
constexpr std::string_view kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

Result<Configuration> in_cluster_configuration() {
  Configuration configuration;
  configuration.host = environment("KUBERNETES_SERVICE_HOST");
  if (configuration.host.empty()) {
    return fail(ErrorCode::kNotFound,
                "KUBERNETES_SERVICE_HOST is not set: this command must run in a pod of the cluster");
  }
  const std::string port = environment("KUBERNETES_SERVICE_PORT");
  const char* const end = port.data() + port.size();
  const auto parsed = std::from_chars(port.data(), end, configuration.port);
  if (parsed.ec != std::errc() || parsed.ptr != end || configuration.port < 1 || configuration.port > 65535) {
    return fail(ErrorCode::kInvalidArgument, "KUBERNETES_SERVICE_PORT is not a port: '" + port + "'");
  }
  configuration.ca_file = std::string(kServiceAccount) + "/ca.crt";
  configuration.token_file = std::string(kServiceAccount) + "/token";
  for (const auto& path : {configuration.ca_file, configuration.token_file}) {
    if (auto content = file::read(path); !content) {
      return fail(std::move(content).error(), "service account (is automountServiceAccountToken on?)");
    }
  }
  return configuration;
}

}  // namespace connected_registry::kube
