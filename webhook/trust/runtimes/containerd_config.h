// The registry settings in containerd's config.toml, and the table that new settings are added to. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::trust {

// The configuration file of a containerd that is not part of a Kubernetes distribution.
inline constexpr std::string_view kContainerdConfig = "etc/containerd/config.toml";

struct ContainerdVersion {
  int major = 0;  // 0: unknown
  int minor = 0;

  bool known() const { return major > 0; }
  bool operator==(const ContainerdVersion&) const = default;
  auto operator<=>(const ContainerdVersion&) const = default;  // NOLINT(modernize-use-nullptr)
};

// Parses a Node's containerRuntimeVersion: "containerd://1.6.20~ds1", "containerd://v2.1.4-k3s1".
ContainerdVersion parse_containerd_version(std::string_view runtime_version);

struct ContainerdConfig {
  int form = 0;                            // the file's `version`; 0: the file has no version
  std::optional<std::string> config_path;  // no value if the key is unset or empty
  bool mirrors = false;                    // [….registry.mirrors] has entries
  bool credentials = false;                // [….registry.configs] or [….registry.auths] has entries
  std::vector<std::string> imports;
};

// Parses config.toml. kInvalidArgument, with the line number: the text is not TOML.
Result<ContainerdConfig> read_containerd_config(std::string_view text);

// Returns the name of the table with the registry settings in a config.toml of this form: {"plugins", …,
// "registry"}.
std::vector<std::string> registry_table(int form, const ContainerdVersion& version);

// Returns the form (ContainerdConfig::form) for a new config.toml.
int default_form(const ContainerdVersion& version);

}  // namespace connected_registry::trust
