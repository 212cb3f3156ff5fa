// What containerd's config.toml says of registries, and what to add to it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trust/files/toml_edit.h"

namespace connected_registry::trust {

struct ContainerdVersion {
  int major = 0;  // 0: not known
  int minor = 0;

  bool known() const { return major > 0; }
  bool operator==(const ContainerdVersion&) const = default;
  auto operator<=>(const ContainerdVersion&) const = default;  // NOLINT(modernize-use-nullptr)
};

// Of a Node's containerRuntimeVersion: "containerd://1.6.20~ds1", "containerd://v2.1.4-k3s1".
ContainerdVersion parse_containerd_version(std::string_view runtime_version);

struct ContainerdConfig {
  int form = 0;                            // its `version`; 0: it says none
  std::optional<std::string> config_path;  // where it is set and not empty
  bool mirrors = false;                    // [….registry.mirrors] has entries
  bool credentials = false;                // [….registry.configs] or auths have entries
  std::vector<std::string> imports;
};

// kInvalidArgument, with the line, where it is no TOML.
Result<ContainerdConfig> read_containerd_config(std::string_view text);

// The table of registry settings in a file of this form, for this containerd: {"plugins", …, "registry"}.
std::vector<std::string> registry_table(int form, const ContainerdVersion& version);

// The form that a file made anew has.
int usual_form(const ContainerdVersion& version);

}  // namespace connected_registry::trust
