// The registry settings in containerd's config.toml, and where to add one. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace connected_registry::trust {

struct ContainerdVersion {
  int major = 0;  // 0: unknown
  int minor = 0;

  bool known() const { return major > 0; }
  bool operator==(const ContainerdVersion&) const = default;
  auto operator<=>(const ContainerdVersion&) const = default;  // NOLINT(modernize-use-nullptr)
};

// Reads a Node's containerRuntimeVersion: "containerd://1.6.20~ds1", "containerd://v2.1.4-k3s1".
ContainerdVersion parse_containerd_version(std::string_view runtime_version);

struct ContainerdConfig {
  int form = 0;                            // the file's `version`; 0: it has none
  std::optional<std::string> config_path;  // no value if it is unset or empty
  bool mirrors = false;                    // [….registry.mirrors] has entries
  bool credentials = false;                // [….registry.configs] or [….registry.auths] has entries
  std::vector<std::string> imports;
};

// Reads config.toml. kInvalidArgument, with the line, if it is no TOML.
Result<ContainerdConfig> read_containerd_config(std::string_view text);

// Returns the table of registry settings in a file of this form: {"plugins", …, "registry"}.
std::vector<std::string> registry_table(int form, const ContainerdVersion& version);

// Returns the form that a new file has.
int default_form(const ContainerdVersion& version);

}  // namespace connected_registry::trust
