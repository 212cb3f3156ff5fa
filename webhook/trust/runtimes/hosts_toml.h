// The files of the registry in directories like certs.d: containerd's hosts.toml, and ca.crt. Pure functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "contract/registry_document.h"
#include "trust/files/node_files.h"

namespace connected_registry::trust {

// A subdirectory of certs.d for one image host.
struct HostDirectory {
  std::string image_host;  // the host in an image reference: "192.100.100.1", "[fd00::1]:443"
  std::string directory;
};

// Returns the directories that containerd reads: one directory with the port, HOST_PORT_, and, if the port is
// the scheme's default port, one directory without the port. containerd tries HOST_PORT_ first.
std::vector<HostDirectory> containerd_directories(const contract::RegistryDocument& registry);

// Returns the directories that Docker, podman and CRI-O read. A directory with the port is named HOST:PORT.
std::vector<HostDirectory> docker_directories(const contract::RegistryDocument& registry);

// Returns the content of hosts.toml for one image host. `ca_path` is the absolute path on the node, or empty
// for plain HTTP. The content is `server`, then a root-level `ca`, then the [host] table. This order works
// with containerd 1.5 to 2.x.
// For an IPv6 address, the host is an inline table, because containerd 1.x cannot read it as a header.
std::string render_hosts_toml(std::string_view image_host, const std::filesystem::path& ca_path);

// Returns all files for containerd in `root`, a directory like certs.d below the host's root. `seen_as` is
// the absolute path that containerd uses for this directory. In each host's directory, ca.crt precedes
// hosts.toml, because hosts.toml refers to ca.crt. For plain HTTP, the result does not contain ca.crt.
std::vector<DesiredFile> hosts_files(const std::filesystem::path& root, const std::filesystem::path& seen_as,
                                     const contract::RegistryDocument& registry, std::string_view bundle);

// Returns the files for Docker, podman and CRI-O: only ca.crt in each host's directory. Empty for plain HTTP.
std::vector<DesiredFile> authority_files(const std::filesystem::path& root,
                                         const contract::RegistryDocument& registry, std::string_view bundle);

}  // namespace connected_registry::trust
