#include "trust/hosts_toml.h"

#include <utility>

namespace connected_registry::trust {
namespace {

constexpr int kHttpsPort = 443;
constexpr int kHttpPort = 80;

// A basic string of TOML 1.0. Control characters cannot occur in the hosts and paths given here.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char character : text) {
    if (character == '"' || character == '\\') out += '\\';
    out += character;
  }
  return out + '"';
}

struct HostFolder {
  std::string image_host;  // as an image reference writes it
  std::string folder;      // as containerd looks it up
};

std::vector<HostFolder> host_folders(const RegistryDocument& registry) {
  const bool ipv6 = registry.address.find(':') != std::string::npos;
  const std::string host = ipv6 ? "[" + registry.address + "]" : registry.address;
  const std::string number = std::to_string(registry.port);
  std::vector<HostFolder> folders;
  // A reference without a port means the scheme's own: for another one only references that name it reach the
  // registry.
  const int usual = registry.scheme == Scheme::kHttp ? kHttpPort : kHttpsPort;
  if (registry.port == usual) folders.push_back({host, host});
  // containerd tries HOST_PORT_ before HOST:PORT; a ':' cannot be in the name of a folder everywhere.
  folders.push_back({host + ":" + number, host + "_" + number + "_"});
  return folders;
}

}  // namespace

std::string marker(const names::Installation& installation) {
  return std::string(kMarkerStart) + installation.name_space + "/" + installation.name +
         ". Removed at uninstall. Do not edit.";
}

std::vector<std::filesystem::path> containerd_roots() {
  // The second is no typing error: containerd 2.2+ has "/etc/containerd/certs.d:/etc/docker/certs.d" as its
  // default config_path, and its transfer service takes that list as the name of one folder.
  return {"etc/containerd/certs.d", "etc/containerd/certs.d:/etc/docker/certs.d"};
}

std::string render_hosts_toml(const names::Installation& installation, std::string_view image_host,
                              const std::filesystem::path& ca_path) {
  const std::string scheme = ca_path.empty() ? "http://" : "https://";
  const std::string server = toml_string(scheme + std::string(image_host));
  const std::string authority = toml_string(ca_path.string());
  // `server` is tried after the [host] entries: without a `ca` of its own, the answer "not found" of the
  // registry would end in a misleading certificate error. A file without a [host] table is refused
  // by 1.5-1.7.
  std::string text = marker(installation) + "\n";
  text += "server = " + server + "\n";
  if (!ca_path.empty()) text += "ca = " + authority + "\n";
  text += "\n";
  text += "[host." + server + "]\n";
  text += "  capabilities = [\"pull\", \"resolve\"]\n";
  if (!ca_path.empty()) text += "  ca = " + authority + "\n";
  return text;
}

std::vector<DesiredFile> containerd_files(const names::Installation& installation,
                                          const RegistryDocument& registry, std::string_view bundle) {
  std::vector<DesiredFile> files;
  for (const std::filesystem::path& root : containerd_roots()) {
    for (const HostFolder& host : host_folders(registry)) {
      const std::filesystem::path folder = root / host.folder;
      const std::filesystem::path authority = folder / kAuthorityFile;
      const bool tls = registry.scheme == Scheme::kHttps;
      if (tls) files.push_back({authority, std::string(bundle)});
      files.push_back(
          {folder / kHostsFile, render_hosts_toml(installation, host.image_host,
                                                  tls ? "/" / authority : std::filesystem::path())});
    }
  }
  return files;
}

}  // namespace connected_registry::trust
