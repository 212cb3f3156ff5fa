#include "trust/hosts_toml.h"

#include <utility>

namespace connected_registry::trust {
namespace {

constexpr int kHttpsPort = 443;

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

std::vector<HostFolder> host_folders(std::string_view address, int port) {
  const bool ipv6 = address.find(':') != std::string_view::npos;
  const std::string host = ipv6 ? std::string("[").append(address).append("]") : std::string(address);
  const std::string number = std::to_string(port);
  std::vector<HostFolder> folders;
  // A reference without a port means 443: for another port only references that name it reach the registry.
  if (port == kHttpsPort) folders.push_back({host, host});
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
  const std::string server = toml_string("https://" + std::string(image_host));
  const std::string authority = toml_string(ca_path.string());
  // `server` is tried after the [host] entries: without a `ca` of its own, the answer "not found" of the
  // registry would end in a misleading certificate error. A file without a [host] table is refused
  // by 1.5-1.7.
  std::string text = marker(installation) + "\n";
  text += "server = " + server + "\n";
  text += "ca = " + authority + "\n";
  text += "\n";
  text += "[host." + server + "]\n";
  text += "  capabilities = [\"pull\", \"resolve\"]\n";
  text += "  ca = " + authority + "\n";
  return text;
}

std::vector<DesiredFile> containerd_files(const names::Installation& installation, std::string_view address,
                                          int port, std::string_view bundle) {
  std::vector<DesiredFile> files;
  for (const std::filesystem::path& root : containerd_roots()) {
    for (const HostFolder& host : host_folders(address, port)) {
      const std::filesystem::path folder = root / host.folder;
      const std::filesystem::path authority = folder / kAuthorityFile;
      files.push_back({authority, std::string(bundle)});
      files.push_back(
          {folder / kHostsFile, render_hosts_toml(installation, host.image_host, "/" / authority)});
    }
  }
  return files;
}

}  // namespace connected_registry::trust
