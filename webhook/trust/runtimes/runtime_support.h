// Helpers that several runtimes share. Pure, over a view of the node.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

// Returns a path below the host's root as the node itself names it: "etc/x" is "/etc/x".
std::filesystem::path absolute_path(const std::filesystem::path& path);

// Returns the name of a drop-in file of one installation: "connected-registry-NAMESPACE-NAME.toml".
std::string drop_in_name(const names::Installation& installation, std::string_view extension);

// Reports whether the node runs a distribution: by a part of the kubelet's version ("+k3s"), or, if that is
// unknown, by a directory. A known version decides alone, since a removed distribution may leave its
// directory.
bool is_distribution(const HostView& host, const RuntimeRequest& request, std::string_view version_part,
                     const std::filesystem::path& directory);

// Returns the required user action for a directory that the agent cannot see: its pod mounts only some.
std::string mount_action(const std::filesystem::path& path, std::string_view runtime);

}  // namespace connected_registry::trust
