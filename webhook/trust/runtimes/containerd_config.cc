#include "trust/runtimes/containerd_config.h"

#include <charconv>

#include "trust/files/toml_reader.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kPluginOfForm1 = "cri";
constexpr std::string_view kPluginOfForm2 = "io.containerd.grpc.v1.cri";
constexpr std::string_view kPluginOfForm3 = "io.containerd.cri.v1.images";

// Removes and returns the number at the start of `text`; 0 if there is none.
int read_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool has_entries(const toml::table& registry, std::string_view key) {
  const toml::node* const node = registry.get(key);
  const toml::table* const table = node == nullptr ? nullptr : node->as_table();
  return table != nullptr && !table->empty();
}

void read_registry(const toml::table& registry, ContainerdConfig& config) {
  const toml::node* const path = registry.get("config_path");
  if (path != nullptr) {
    const auto text = path->value<std::string>();
    if (text && !text->empty()) config.config_path = *text;
  }
  config.mirrors = config.mirrors || has_entries(registry, "mirrors");
  config.credentials =
      config.credentials || has_entries(registry, "configs") || has_entries(registry, "auths");
}

}  // namespace

ContainerdVersion parse_containerd_version(std::string_view runtime_version) {
  constexpr std::string_view kScheme = "containerd://";
  if (!runtime_version.starts_with(kScheme)) return {};
  std::string_view rest = runtime_version.substr(kScheme.size());
  if (rest.starts_with('v')) rest.remove_prefix(1);
  ContainerdVersion version;
  version.major = read_number(rest);
  if (!rest.starts_with('.')) return {};
  rest.remove_prefix(1);
  version.minor = read_number(rest);
  return version;
}

Result<ContainerdConfig> read_containerd_config(std::string_view text) {
  const auto read = parse_toml(text);
  if (!read) return tl::unexpected(read.error());
  const toml::table& root = *read;
  ContainerdConfig config;
  config.form = root["version"].value_or(0);
  if (const toml::array* const imports = root["imports"].as_array()) {
    for (const toml::node& each : *imports) {
      if (auto path = each.value<std::string>()) config.imports.push_back(*path);
    }
  }
  for (const std::string_view plugin : {kPluginOfForm1, kPluginOfForm2, kPluginOfForm3}) {
    if (const toml::table* const registry = root["plugins"][plugin]["registry"].as_table()) {
      read_registry(*registry, config);
    }
  }
  return config;
}

std::vector<std::string> registry_table(int form, const ContainerdVersion& version) {
  constexpr int kThird = 3;
  std::string_view plugin = kPluginOfForm2;
  if (form >= kThird) plugin = kPluginOfForm3;
  // containerd 1.x reads a file without a version as form 1.
  if (form == 1 || (form == 0 && version.major == 1)) plugin = kPluginOfForm1;
  return {"plugins", std::string(plugin), "registry"};
}

int default_form(const ContainerdVersion& version) {
  constexpr int kSecond = 2;
  constexpr int kThird = 3;
  return version.major >= 2 ? kThird : kSecond;
}

}  // namespace connected_registry::trust
