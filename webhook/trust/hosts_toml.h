// containerd's hosts.toml for the registry, and what belongs beside it. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "trust/registry_document.h"

namespace connected_registry::trust {

// A file that the node should have, relative to the host's root.
struct DesiredFile {
  std::filesystem::path path;  // "etc/containerd/certs.d/192.100.100.1/hosts.toml"
  std::string content;
};

inline constexpr std::string_view kHostsFile = "hosts.toml";
inline constexpr std::string_view kAuthorityFile = "ca.crt";

// First line of every hosts.toml of ours: names the owner, so that only the owner removes it.
std::string marker(const names::Installation& installation);

// How the first line begins in the files of every installation of this project.
inline constexpr std::string_view kMarkerStart = "# Written by connected-registry for ";

// The folders, relative to the host's root, in which containerd looks for a folder named as the image's host.
std::vector<std::filesystem::path> containerd_roots();

// hosts.toml for one image host ("192.100.100.1", "[fd00::1]:443"). Safe on containerd 1.5 to 2.x: `server`,
// then a root-level `ca`, then the [host] table; `ca_path` is the absolute path on the node, empty for plain
// HTTP.
std::string render_hosts_toml(const names::Installation& installation, std::string_view image_host,
                              const std::filesystem::path& ca_path);

// All files for containerd: for the registry's address with and without port, in each of containerd_roots().
// In a folder, ca.crt comes before the hosts.toml that refers to it; for plain HTTP there is no ca.crt.
std::vector<DesiredFile> containerd_files(const names::Installation& installation,
                                          const RegistryDocument& registry, std::string_view bundle);

}  // namespace connected_registry::trust
