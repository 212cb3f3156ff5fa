// The files of the registry in directories like certs.d: containerd's hosts.toml, and ca.crt. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contract/registry_document.h"
#include "trust/files/node_files.h"

namespace connected_registry::trust {

// A directory below certs.d for one image host.
struct HostDirectory {
  std::string image_host;  // as in an image reference: "192.100.100.1", "[fd00::1]:443"
  std::string directory;
};

// Returns the directories that containerd reads: one with the port as HOST_PORT_, which it tries first, and
// one without a port if the port is the scheme's default.
std::vector<HostDirectory> containerd_directories(const contract::RegistryDocument& registry);

// Returns the directories that Docker, podman and CRI-O read: the port is written as HOST:PORT.
std::vector<HostDirectory> docker_directories(const contract::RegistryDocument& registry);

// Returns hosts.toml for one image host. `ca_path` is the absolute path on the node, empty for plain HTTP.
// containerd 1.5 to 2.x read this order: `server`, then a root-level `ca`, then the [host] table.
std::string render_hosts_toml(std::string_view image_host, const std::filesystem::path& ca_path);

// Returns all files for containerd in `root`, a directory like certs.d below the host's root. `seen_as` is
// the absolute path by which containerd reads it. In each host's directory, ca.crt comes before the
// hosts.toml that refers to it; for plain HTTP there is no ca.crt.
std::vector<DesiredFile> hosts_files(const std::filesystem::path& root, const std::filesystem::path& seen_as,
                                     const contract::RegistryDocument& registry, std::string_view bundle);

// Returns the same for Docker, podman and CRI-O: ca.crt only.
std::vector<DesiredFile> authority_files(const std::filesystem::path& root,
                                         const contract::RegistryDocument& registry, std::string_view bundle);

}  // namespace connected_registry::trust
