#include "trust/runtimes/hosts_toml.h"

#include "net/endpoint.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {
namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

std::string host_of(const contract::RegistryDocument& registry) {
  return net::bracketed(registry.address);
}

// An image reference without a port means the scheme's default port.
bool has_default_port(const contract::RegistryDocument& registry) {
  return registry.port == (registry.scheme == contract::Scheme::kHttp ? kHttpPort : kHttpsPort);
}

}  // namespace

std::vector<HostDirectory> containerd_directories(const contract::RegistryDocument& registry) {
  const std::string host = host_of(registry);
  const std::string number = std::to_string(registry.port);
  std::vector<HostDirectory> directories;
  if (has_default_port(registry)) directories.push_back({host, host});
  directories.push_back({host + ":" + number, host + "_" + number + "_"});
  return directories;
}

std::vector<HostDirectory> docker_directories(const contract::RegistryDocument& registry) {
  const std::string host = host_of(registry);
  const std::string with_port = host + ":" + std::to_string(registry.port);
  std::vector<HostDirectory> directories;
  if (has_default_port(registry)) directories.push_back({host, host});
  directories.push_back({with_port, with_port});
  return directories;
}

std::string render_hosts_toml(std::string_view image_host, const std::filesystem::path& ca_path) {
  const std::string scheme = ca_path.empty() ? "http://" : "https://";
  const std::string server = toml_string(scheme + std::string(image_host));
  const std::string authority = toml_string(ca_path.string());
  // containerd tries `server` after the [host] entries. Without a `ca` of its own, a 404 of the registry
  // would end in a misleading certificate error. containerd 1.5-1.7 refuse a file without a [host] table.
  std::string text = "server = " + server + "\n";
  if (!ca_path.empty()) text += "ca = " + authority + "\n";
  text += "\n";
  const std::string capabilities = "capabilities = [\"pull\", \"resolve\"]";
  // go-toml 1, with which containerd 1.x reads, ends a header at the first bracket, even if it is quoted.
  // containerd 2.x takes no host from an inline table, and uses `server`.
  if (image_host.starts_with('[')) {
    const std::string rest = ca_path.empty() ? "" : ", ca = " + authority;
    return text + "[host]\n  " + server + " = { " + capabilities + rest + " }\n";
  }
  text += "[host." + server + "]\n  " + capabilities + "\n";
  if (!ca_path.empty()) text += "  ca = " + authority + "\n";
  return text;
}

std::vector<DesiredFile> hosts_files(const std::filesystem::path& root, const std::filesystem::path& seen_as,
                                     const contract::RegistryDocument& registry, std::string_view bundle) {
  const bool tls = registry.scheme == contract::Scheme::kHttps;
  std::vector<DesiredFile> files;
  for (const HostDirectory& host : containerd_directories(registry)) {
    const std::filesystem::path authority = seen_as / host.directory / kAuthorityFile;
    if (tls) files.push_back({root / host.directory / kAuthorityFile, std::string(bundle)});
    files.push_back({root / host.directory / kHostsFile,
                     render_hosts_toml(host.image_host, tls ? authority : std::filesystem::path())});
  }
  return files;
}

std::vector<DesiredFile> authority_files(const std::filesystem::path& root,
                                         const contract::RegistryDocument& registry,
                                         std::string_view bundle) {
  std::vector<DesiredFile> files;
  if (registry.scheme == contract::Scheme::kHttp) return files;
  for (const HostDirectory& host : docker_directories(registry)) {
    files.push_back({root / host.directory / kAuthorityFile, std::string(bundle)});
  }
  return files;
}

}  // namespace connected_registry::trust
