#include "trust/runtimes/containerd.h"

#include <fnmatch.h>

#include <optional>
#include <utility>

#include "trust/files/marker.h"
#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kUsualPath = "/etc/containerd/certs.d";
// From 2.2 on this is the default config_path; pulls through the transfer service (since 2.1) take such a
// list as the name of one directory.
constexpr std::string_view kUsualList = "/etc/containerd/certs.d:/etc/docker/certs.d";
constexpr ContainerdVersion kReadsByDefault{.major = 2, .minor = 2};
constexpr ContainerdVersion kTakesListForDirectory{.major = 2, .minor = 1};

void merge(ContainerdConfig& into, const ContainerdConfig& from) {
  if (from.config_path) into.config_path = from.config_path;
  into.mirrors = into.mirrors || from.mirrors;
  into.credentials = into.credentials || from.credentials;
}

// Files that the configuration imports count as it does. A pattern has wildcards in its last step only.
void read_imports(const HostView& host, ContainerdConfig& config) {
  for (const std::string& pattern : std::vector<std::string>(config.imports)) {
    const fs::path whole = fs::path(pattern).is_absolute() ? fs::path(pattern).relative_path()
                                                           : fs::path("etc/containerd") / pattern;
    for (const std::string& name : host.list(whole.parent_path())) {
      if (::fnmatch(whole.filename().c_str(), name.c_str(), FNM_PATHNAME) != 0) continue;
      const auto text = host.text(whole.parent_path() / name);
      const auto imported = read_containerd_config(text.value_or(""));
      if (imported) merge(config, *imported);
    }
  }
}

struct Situation {
  std::optional<std::string> text;  // of config.toml
  bool edited = false;              // by us
  ContainerdConfig config;          // as its owner wrote it
  std::string problem;
};

Situation look_at(const HostView& host, const names::Installation& installation) {
  Situation situation;
  situation.text = host.text(kContainerdConfig);
  if (!situation.text) return situation;
  // A file that we made is none of the owner's; lines that we added are none of his either.
  if (owner_of(*situation.text, installation) == Owner::kUs) {
    situation.text.reset();
    situation.edited = true;
    return situation;
  }
  const auto original = cut_settings(*situation.text, installation);
  situation.edited = holds_settings(*situation.text, installation);
  auto config = read_containerd_config(original.value_or(*situation.text));
  if (!config) {
    situation.problem = "/" + std::string(kContainerdConfig) + ": " + config.error().message;
    return situation;
  }
  situation.config = std::move(*config);
  read_imports(host, situation.config);
  return situation;
}

void add_root(RuntimeWants& wants, const RuntimeRequest& request, const fs::path& path) {
  for (DesiredFile& file : hosts_files(path.relative_path(), path, request.registry, request.bundle)) {
    wants.files.push_back(std::move(file));
  }
}

// The directories that containerd reads where config_path is this list.
void add_listed(RuntimeWants& wants, const RuntimeRequest& request, const ContainerdVersion& version,
                const std::string& list) {
  add_root(wants, request, list.substr(0, list.find(':')));
  const bool one = list.find(':') == std::string::npos;
  if (!one && (!version.known() || version >= kTakesListForDirectory)) add_root(wants, request, list);
}

std::string header(const std::vector<std::string>& table) {
  return "[plugins." + toml_string(table.at(1)) + "." + table.at(2) + "]";
}

// containerd that has no config_path, and would read one only after a restart.
void want_config_path(RuntimeWants& wants, const RuntimeRequest& request, const ContainerdVersion& version,
                      const Situation& situation) {
  add_root(wants, request, kUsualPath);
  const int form = situation.text ? situation.config.form : usual_form(version);
  const auto table = registry_table(form, version);
  if (!request.may_restart && !situation.edited) {
    wants.to_do.push_back("it reads no certs.d while config_path is unset: set config_path = \"" +
                          std::string(kUsualPath) + "\" in " + header(table) + " of /" +
                          std::string(kContainerdConfig) +
                          " and restart containerd, or let the agent do it: trustDistribution.restart=true");
    return;
  }
  wants.after_restart = true;
  if (situation.text) {
    wants.settings.push_back(
        {kContainerdConfig, {{.table = table, .key = "config_path", .value = std::string(kUsualPath)}}});
  } else {
    wants.files.push_back({kContainerdConfig, "version = " + std::to_string(form) + "\n\n" + header(table) +
                                                  "\n  config_path = " + toml_string(kUsualPath) + "\n"});
  }
}

// registry.mirrors or registry.configs: config_path beside them keeps CRI from loading.
void want_legacy(RuntimeWants& wants, const RuntimeRequest& request, const ContainerdVersion& version,
                 const Situation& situation) {
  add_root(wants, request, kUsualPath);
  const auto table = registry_table(situation.config.form, version);
  const bool can = version.major == 1 && request.registry.scheme == contract::Scheme::kHttps;
  if (!can) {
    wants.to_do.push_back(
        "registry.mirrors or registry.configs in /" + std::string(kContainerdConfig) +
        " keep it from reading certs.d, and leave no place for a CA: write each mirror into a "
        "hosts.toml below " +
        std::string(kUsualPath) + ", put config_path = \"" + std::string(kUsualPath) + "\" in " +
        header(table) + " in their place, and restart containerd");
    return;
  }
  DesiredSettings desired{.path = kContainerdConfig, .settings = {}};
  for (const HostDirectory& host : docker_directories(request.registry)) {
    std::vector<std::string> tls = table;
    tls.insert(tls.end(), {"configs", host.image_host, "tls"});
    const fs::path authority =
        fs::path(kUsualPath) / containerd_directories(request.registry).front().directory;
    desired.settings.push_back(
        {.table = std::move(tls), .key = "ca_file", .value = (authority / kAuthorityFile).string()});
  }
  if (!request.may_restart && !situation.edited) {
    wants.to_do.push_back(
        "it reads no certs.d while registry.mirrors or registry.configs are set: add to /" +
        std::string(kContainerdConfig) + " [plugins." + toml_string(table.at(1)) + ".registry.configs." +
        toml_string(request.registry.address) + ".tls] ca_file = \"" + desired.settings.front().value +
        "\" and restart containerd, or let the agent do it: trustDistribution.restart=true");
    return;
  }
  wants.after_restart = true;
  wants.settings.push_back(std::move(desired));
}

std::string describe(const RuntimeRequest& request, const Situation& situation) {
  constexpr std::string_view kScheme = "containerd://";
  std::string found = "containerd";
  if (request.node.runtime.starts_with(kScheme)) found += " " + request.node.runtime.substr(kScheme.size());
  if (situation.config.config_path) return found + ", config_path " + *situation.config.config_path;
  const bool legacy = situation.config.mirrors || situation.config.credentials;
  return found + (legacy ? ", registry.mirrors or configs" : ", config_path unset");
}

}  // namespace

RuntimeWants containerd_wants(const HostView& host, const RuntimeRequest& request) {
  const Situation situation = look_at(host, request.installation);
  const ContainerdVersion version = parse_containerd_version(request.node.runtime);
  RuntimeWants wants{.found = describe(request, situation)};
  const ContainerdConfig& config = situation.config;
  if (!situation.problem.empty()) {
    wants.to_do.push_back(situation.problem);
    add_listed(wants, request, version, std::string(kUsualList));
  } else if (config.config_path) {
    add_listed(wants, request, version, *config.config_path);
  } else if (config.mirrors || (config.credentials && version.major == 1)) {
    want_legacy(wants, request, version, situation);
  } else if (!version.known() || version >= kReadsByDefault) {
    add_listed(wants, request, version, std::string(kUsualList));
    if (!version.known())
      wants.notes.emplace_back("containerd's version is not known: it is taken for 2.2 or newer");
  } else {
    want_config_path(wants, request, version, situation);
  }
  return wants;
}

void add_containerd_layout(const HostView& host, Layout& layout) {
  layout.host_roots.insert(fs::path(kUsualPath).relative_path());
  layout.host_roots.insert(fs::path(kUsualList).relative_path());
  layout.edited.insert(fs::path(kContainerdConfig));
  auto config = read_containerd_config(host.text(kContainerdConfig).value_or(""));
  if (!config) return;
  read_imports(host, *config);
  if (!config->config_path) return;
  const std::string& list = *config->config_path;
  layout.host_roots.insert(fs::path(list.substr(0, list.find(':'))).relative_path());
  layout.host_roots.insert(fs::path(list).relative_path());
}

}  // namespace connected_registry::trust
