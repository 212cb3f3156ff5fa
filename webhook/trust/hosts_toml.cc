#include "trust/hosts_toml.h"

namespace connected_registry::trust {
namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

std::string host_of(const RegistryDocument& registry) {
  const bool ipv6 = registry.address.find(':') != std::string::npos;
  return ipv6 ? "[" + registry.address + "]" : registry.address;
}

// A reference without a port means the scheme's own: for another one only references that name it reach the
// registry.
bool has_usual_port(const RegistryDocument& registry) {
  return registry.port == (registry.scheme == Scheme::kHttp ? kHttpPort : kHttpsPort);
}

}  // namespace

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') out += '\\';
    out += character;
  }
  return out + '"';
}

std::vector<HostFolder> containerd_folders(const RegistryDocument& registry) {
  const std::string host = host_of(registry);
  const std::string number = std::to_string(registry.port);
  std::vector<HostFolder> folders;
  if (has_usual_port(registry)) folders.push_back({host, host});
  folders.push_back({host + ":" + number, host + "_" + number + "_"});
  return folders;
}

std::vector<HostFolder> docker_folders(const RegistryDocument& registry) {
  const std::string host = host_of(registry);
  const std::string with_port = host + ":" + std::to_string(registry.port);
  std::vector<HostFolder> folders;
  if (has_usual_port(registry)) folders.push_back({host, host});
  folders.push_back({with_port, with_port});
  return folders;
}

std::string render_hosts_toml(std::string_view image_host, const std::filesystem::path& ca_path) {
  const std::string scheme = ca_path.empty() ? "http://" : "https://";
  const std::string server = toml_string(scheme + std::string(image_host));
  const std::string authority = toml_string(ca_path.string());
  // `server` is tried after the [host] entries: without a `ca` of its own, the answer "not found" of the
  // registry would end in a misleading certificate error. A file without a [host] table is refused
  // by 1.5-1.7.
  std::string text = "server = " + server + "\n";
  if (!ca_path.empty()) text += "ca = " + authority + "\n";
  text += "\n";
  text += "[host." + server + "]\n";
  text += "  capabilities = [\"pull\", \"resolve\"]\n";
  if (!ca_path.empty()) text += "  ca = " + authority + "\n";
  return text;
}

std::vector<DesiredFile> hosts_files(const std::filesystem::path& root, const std::filesystem::path& seen,
                                     const RegistryDocument& registry, std::string_view bundle) {
  const bool tls = registry.scheme == Scheme::kHttps;
  std::vector<DesiredFile> files;
  for (const HostFolder& host : containerd_folders(registry)) {
    const std::filesystem::path authority = seen / host.folder / kAuthorityFile;
    if (tls) files.push_back({root / host.folder / kAuthorityFile, std::string(bundle)});
    files.push_back({root / host.folder / kHostsFile,
                     render_hosts_toml(host.image_host, tls ? authority : std::filesystem::path())});
  }
  return files;
}

std::vector<DesiredFile> authority_files(const std::filesystem::path& root, const RegistryDocument& registry,
                                         std::string_view bundle) {
  std::vector<DesiredFile> files;
  if (registry.scheme == Scheme::kHttp) return files;
  for (const HostFolder& host : docker_folders(registry)) {
    files.push_back({root / host.folder / kAuthorityFile, std::string(bundle)});
  }
  return files;
}

}  // namespace connected_registry::trust
