#include "trust/runtimes/containerd_check.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "trust/files/toml_edit.h"
#include "trust/files/toml_reader.h"
#include "trust/runtimes/containerd_imports.h"
#include "trust/runtimes/go_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

enum class Type { kString, kInteger, kBoolean, kStrings, kStringTable, kTable, kTables };

struct Field {
  std::string_view table;  // empty: the root; "NAME.*": each table below NAME
  std::string_view key;
  Type type;
};

// The fields of containerd's configuration, without those of plugins: services/server/config.Config.
constexpr std::array kFields = {
    Field{"", "version", Type::kInteger},
    Field{"", "root", Type::kString},
    Field{"", "state", Type::kString},
    Field{"", "temp", Type::kString},
    Field{"", "plugin_dir", Type::kString},
    Field{"", "oom_score", Type::kInteger},
    Field{"", "disabled_plugins", Type::kStrings},
    Field{"", "required_plugins", Type::kStrings},
    Field{"", "imports", Type::kStrings},
    Field{"", "timeouts", Type::kStringTable},
    Field{"", "plugins", Type::kTables},
    Field{"", "proxy_plugins", Type::kTables},
    Field{"", "stream_processors", Type::kTables},
    Field{"", "grpc", Type::kTable},
    Field{"", "ttrpc", Type::kTable},
    Field{"", "debug", Type::kTable},
    Field{"", "metrics", Type::kTable},
    Field{"", "cgroup", Type::kTable},
    Field{"grpc", "address", Type::kString},
    Field{"grpc", "tcp_address", Type::kString},
    Field{"grpc", "tcp_tls_ca", Type::kString},
    Field{"grpc", "tcp_tls_cert", Type::kString},
    Field{"grpc", "tcp_tls_key", Type::kString},
    Field{"grpc", "tcp_tls_common_name", Type::kString},
    Field{"grpc", "uid", Type::kInteger},
    Field{"grpc", "gid", Type::kInteger},
    Field{"grpc", "max_recv_message_size", Type::kInteger},
    Field{"grpc", "max_send_message_size", Type::kInteger},
    Field{"ttrpc", "address", Type::kString},
    Field{"ttrpc", "uid", Type::kInteger},
    Field{"ttrpc", "gid", Type::kInteger},
    Field{"debug", "address", Type::kString},
    Field{"debug", "uid", Type::kInteger},
    Field{"debug", "gid", Type::kInteger},
    Field{"debug", "level", Type::kString},
    Field{"debug", "format", Type::kString},
    Field{"debug", "log_trace_id", Type::kBoolean},
    Field{"metrics", "address", Type::kString},
    Field{"metrics", "grpc_histogram", Type::kBoolean},
    Field{"cgroup", "path", Type::kString},
    Field{"proxy_plugins.*", "type", Type::kString},
    Field{"proxy_plugins.*", "address", Type::kString},
    Field{"proxy_plugins.*", "platform", Type::kString},
    Field{"proxy_plugins.*", "exports", Type::kStringTable},
    Field{"proxy_plugins.*", "capabilities", Type::kStrings},
    Field{"stream_processors.*", "accepts", Type::kStrings},
    Field{"stream_processors.*", "returns", Type::kString},
    Field{"stream_processors.*", "path", Type::kString},
    Field{"stream_processors.*", "args", Type::kStrings},
    Field{"stream_processors.*", "env", Type::kStrings},
};

bool all_strings(const toml::array& array) {
  return std::all_of(array.begin(), array.end(), [](const toml::node& node) { return node.is_string(); });
}

bool all_in(const toml::table& table, bool (toml::node::*is)() const noexcept) {
  return std::all_of(table.begin(), table.end(), [is](const auto& entry) { return (entry.second.*is)(); });
}

bool has_type(const toml::node& node, Type type) {
  switch (type) {
    case Type::kString:
      return node.is_string();
    case Type::kInteger:
      return node.is_integer();
    case Type::kBoolean:
      return node.is_boolean();
    case Type::kStrings:
      return node.is_array() && all_strings(*node.as_array());
    case Type::kStringTable:
      return node.is_table() && all_in(*node.as_table(), &toml::node::is_string);
    case Type::kTable:
      return node.is_table();
    case Type::kTables:
      return node.is_table() && all_in(*node.as_table(), &toml::node::is_table);
  }
  return false;
}

std::string place_of(const toml::node& node) {
  return "line " + std::to_string(node.source().begin.line) + ": ";
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Checks the fields of one table. go-toml also takes keys in other letter cases, which containerd's
// documentation does not name: they are refused.
Status check_fields(const toml::table& table, std::string_view name) {
  for (const auto& [key, node] : table) {
    const std::string lower = lower_case(key.str());
    const auto* const field = std::find_if(kFields.begin(), kFields.end(), [&](const Field& each) {
      return each.table == name && each.key == lower;
    });
    if (field == kFields.end()) continue;
    if (key.str() != field->key || !has_type(node, field->type)) {
      return fail(ErrorCode::kInvalidArgument,
                  place_of(node) + "containerd cannot read the value of " + std::string(key.str()));
    }
  }
  return {};
}

// Returns the greatest form that a containerd of this version reads.
int greatest_form(const ContainerdVersion& version) {
  constexpr ContainerdVersion kReadsForm4{.major = 2, .minor = 3};
  constexpr int kOld = 2;
  constexpr int kNew = 3;
  if (version.major == 1) return kOld;
  return version.known() && version < kReadsForm4 ? kNew : kNew + 1;
}

// Returns true if a file of form 2 or newer may have this name of a plugin. containerd 1.x refuses such a
// file with a name of form 1: "cri" instead of "io.containerd.grpc.v1.cri".
bool is_plugin_uri(std::string_view name, const ContainerdVersion& version) {
  constexpr ContainerdVersion kWantsPrefix{.major = 1, .minor = 7};
  constexpr std::ptrdiff_t kDots = 3;
  if (version.major != 1) return name.find('.') != std::string_view::npos;
  if (version >= kWantsPrefix && !name.starts_with("io.containerd.")) return false;
  return std::count(name.begin(), name.end(), '.') >= kDots;
}

Status check_names(const toml::table& root, const ContainerdVersion& version) {
  const auto refused = [](const toml::node& node, std::string_view name) {
    return fail(ErrorCode::kInvalidArgument, place_of(node) + "containerd does not know a plugin " +
                                                 toml_string(name) + " in a file of this version");
  };
  for (const std::string_view list : {"disabled_plugins", "required_plugins"}) {
    const toml::array* const names = root[list].as_array();
    if (names == nullptr) continue;
    for (const toml::node& each : *names) {
      const std::string name = each.value_or(std::string());
      if (!is_plugin_uri(name, version)) return refused(each, name);
    }
  }
  const toml::table* const plugins = root["plugins"].as_table();
  if (version.major != 1 || plugins == nullptr) return {};
  for (const auto& [name, node] : *plugins) {
    if (!is_plugin_uri(name.str(), version)) return refused(node, name.str());
  }
  return {};
}

Status check_root(const toml::table& root, const ContainerdVersion& version, std::int64_t form_of_all) {
  if (auto checked = check_fields(root, ""); !checked) return checked;
  for (const std::string_view name : {"grpc", "ttrpc", "debug", "metrics", "cgroup"}) {
    const toml::table* const table = root[name].as_table();
    if (table == nullptr) continue;
    if (auto checked = check_fields(*table, name); !checked) return checked;
  }
  for (const std::string_view name : {"proxy_plugins", "stream_processors"}) {
    const toml::table* const tables = root[name].as_table();
    if (tables == nullptr) continue;
    for (const auto& [key, node] : *tables) {
      if (auto checked = check_fields(*node.as_table(), std::string(name) + ".*"); !checked) return checked;
    }
  }
  const auto form = root["version"].value_or(std::int64_t{0});
  if (form < 0 || form > greatest_form(version)) {
    return fail(ErrorCode::kInvalidArgument, place_of(*root.get("version")) +
                                                 "this containerd reads version " +
                                                 std::to_string(greatest_form(version)) +
                                                 " and older, not version " + std::to_string(form));
  }
  // containerd 1.x merges all files first. containerd 2.x brings the names of a file of form 1 up to date.
  constexpr int kSecond = 2;
  if (std::max(form, version.major == 1 ? form_of_all : 0) < kSecond) return {};
  return check_names(root, version);
}

}  // namespace

Status check_containerd_file(std::string_view text, const ContainerdVersion& version, int form) {
  const auto root = parse_toml(text);
  if (!root) return tl::unexpected(root.error());
  // An unknown containerd may have either parser.
  for (const GoToml parser : {GoToml::kOne, GoToml::kTwo}) {
    const bool is_used = !version.known() || (version.major == 1) == (parser == GoToml::kOne);
    if (!is_used) continue;
    if (auto checked = check_go_toml(text, parser); !checked) return checked;
  }
  return check_root(*root, version, form);
}

Status check_containerd_files(const HostView& host, std::string_view config,
                              const ContainerdVersion& version) {
  struct File {
    fs::path path;
    std::string text;
  };
  const auto refused = [](const fs::path& path, const std::string& reason) {
    return fail(ErrorCode::kInvalidArgument, "/" + path.string() + ": " + reason);
  };
  std::vector<File> files{{.path = fs::path(kContainerdConfig), .text = std::string(config)}};
  std::set<fs::path> seen{files.front().path};
  int form = 0;
  int first_form = 0;
  for (std::size_t at = 0; at < files.size(); ++at) {
    const fs::path path = files[at].path;
    const auto read = read_containerd_config(files[at].text);
    if (!read) return refused(path, read.error().message);
    form = std::max(form, read->form);
    if (first_form == 0) first_form = read->form;
    // Some versions of containerd 2.x do not read such a file.
    if (version.major != 1 && read->form > first_form) {
      return refused(path, "an imported file must not have a newer version than the file that imports it");
    }
    const ContainerdImports imports = find_imports(host, path, read->imports);
    if (!imports.missing.empty()) {
      return refused(path, "the imported file /" + imports.missing.front().string() + " does not exist");
    }
    for (const fs::path& imported : imports.files) {
      auto text = host.text(imported);
      if (text && seen.insert(imported).second) files.push_back({.path = imported, .text = std::move(*text)});
    }
  }
  for (const File& file : files) {
    const auto checked = check_containerd_file(file.text, version, form);
    if (!checked) return refused(file.path, checked.error().message);
  }
  return {};
}

}  // namespace connected_registry::trust
