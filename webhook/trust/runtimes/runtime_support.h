// Helpers for several runtimes. The functions only read the view of the node and have no side effects.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "contract/names.h"
#include "trust/files/host_view.h"
#include "trust/runtimes/runtime.h"

namespace connected_registry::trust {

// Returns the absolute path on the node for a path below the host's root: "/etc/x" for "etc/x".
std::filesystem::path absolute_path(const std::filesystem::path& path);

// Returns the name of an installation's drop-in file, such as "connected-registry-NAMESPACE-NAME.toml".
// `extension` includes the dot.
std::string drop_in_name(const names::Installation& installation, std::string_view extension);

// Returns true if the node runs a distribution: if the kubelet's version contains `version_part` ("+k3s"),
// or, if the version is unknown, if the directory exists. If the version is known, the directory is ignored,
// because a removed distribution may leave its directory.
bool is_distribution(const HostView& host, const RuntimeRequest& request, std::string_view version_part,
                     const std::filesystem::path& directory);

// Returns the user action for a directory that the agent cannot see, because its pod mounts only some
// directories.
std::string mount_action(const std::filesystem::path& path, std::string_view runtime);

}  // namespace connected_registry::trust
