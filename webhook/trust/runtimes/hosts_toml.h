// containerd's hosts.toml for the registry, and what belongs beside it. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contract/registry_document.h"
#include "trust/files/node_files.h"

namespace connected_registry::trust {

// A directory below certs.d, and the image host that it is for.
struct HostDirectory {
  std::string image_host;  // as an image reference writes it: "192.100.100.1", "[fd00::1]:443"
  std::string directory;
};

// Those that containerd looks for: with the port as HOST_PORT_, which it tries first; without one where the
// port is the scheme's own.
std::vector<HostDirectory> containerd_directories(const contract::RegistryDocument& registry);

// Those that docker, podman and CRI-O look for: with the port as HOST:PORT.
std::vector<HostDirectory> docker_directories(const contract::RegistryDocument& registry);

// hosts.toml for one image host. Safe on containerd 1.5 to 2.x: `server`, then a root-level `ca`, then the
// [host] table; `ca_path` is the absolute path on the node, empty for plain HTTP.
std::string render_hosts_toml(std::string_view image_host, const std::filesystem::path& ca_path);

// All files of a directory like certs.d, relative to the host's root, for containerd: in each host's
// directory, ca.crt comes before the hosts.toml that refers to it; for plain HTTP there is no ca.crt. `seen`
// is the path under which containerd sees `root`.
std::vector<DesiredFile> hosts_files(const std::filesystem::path& root, const std::filesystem::path& seen,
                                     const contract::RegistryDocument& registry, std::string_view bundle);

// The same for docker, podman and CRI-O: ca.crt only.
std::vector<DesiredFile> authority_files(const std::filesystem::path& root,
                                         const contract::RegistryDocument& registry, std::string_view bundle);

}  // namespace connected_registry::trust
