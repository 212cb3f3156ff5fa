// containerd's hosts.toml for the registry, and what belongs beside it. Pure.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"

namespace connected_registry::trust {

// A file that the node should have, relative to the host's root.
struct DesiredFile {
  std::filesystem::path path;   // "etc/containerd/certs.d/192.100.100.1/hosts.toml"
  std::string content;
};

// First line of every hosts.toml of ours: names the owner, so that only the owner removes it.
std::string marker(const names::Installation& installation);

// hosts.toml for one image host. Safe on containerd 1.5 to 2.x: `server`, then a root-level `ca`, then the
// [host] table; `ca` is the absolute path on the node.
std::string render_hosts_toml(const names::Installation& installation, std::string_view image_host,
                              const std::filesystem::path& ca_path);

// All files for containerd: for the address with and without port, in certs.d and in the literal folder that
// containerd 2.2+ reads by default.
std::vector<DesiredFile> containerd_files(const names::Installation& installation, std::string_view address,
                                          int port, std::string_view bundle);

}  // namespace connected_registry::trust
