#include "trust/runtimes/containerd.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "trust/files/marker.h"
#include "trust/files/toml_edit.h"
#include "trust/runtimes/containerd_check.h"
#include "trust/runtimes/containerd_config.h"
#include "trust/runtimes/containerd_imports.h"
#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefaultPath = "/etc/containerd/certs.d";
// containerd 2.2 and newer have this default for config_path. The transfer service, which pulls since 2.1,
// takes such a list as the name of one directory.
constexpr std::string_view kDefaultList = "/etc/containerd/certs.d:/etc/docker/certs.d";
constexpr ContainerdVersion kReadsByDefault{.major = 2, .minor = 2};
constexpr ContainerdVersion kTakesListForDirectory{.major = 2, .minor = 1};
constexpr std::string_view kScheme = "containerd://";

void merge(ContainerdConfig& into, const ContainerdConfig& from) {
  if (from.config_path) into.config_path = from.config_path;
  into.mirrors = into.mirrors || from.mirrors;
  into.credentials = into.credentials || from.credentials;
}

// Merges the imported files, which containerd reads like the file itself. Returns their greatest form.
int merge_imports(const HostView& host, ContainerdConfig& config) {
  int form = 0;
  for (const fs::path& path : find_imports(host, kContainerdConfig, config.imports).files) {
    const auto imported = read_containerd_config(host.text(path).value_or(""));
    if (!imported) continue;
    merge(config, *imported);
    form = std::max(form, imported->form);
  }
  return form;
}

// config.toml as its owner wrote it, without our lines.
struct OwnersConfig {
  bool exists = false;
  bool edited = false;  // we added lines, or the whole file is ours
  std::string text;     // the file
  ContainerdConfig config;
  int imported_form = 0;
  std::string problem;  // the reason why the file cannot be read

  // Returns the form that decides on the names of tables. containerd 1.x merges all files first.
  int form(const ContainerdVersion& version) const {
    return version.major == 1 ? std::max(config.form, imported_form) : config.form;
  }
};

OwnersConfig read_owners_config(const HostView& host, const names::Installation& installation) {
  OwnersConfig owners;
  const auto text = host.text(kContainerdConfig);
  if (!text) return owners;
  if (owner_of(*text, installation) == Owner::kUs) {
    owners.edited = true;
    return owners;
  }
  owners.exists = true;
  owners.edited = holds_settings(*text, installation);
  owners.text = cut_settings(*text, installation).value_or(*text);
  auto config = read_containerd_config(owners.text);
  if (!config) {
    owners.problem = "/" + std::string(kContainerdConfig) + ": " + config.error().message;
    return owners;
  }
  owners.config = std::move(*config);
  owners.imported_form = merge_imports(host, owners.config);
  return owners;
}

// Returns the directories that containerd reads if config_path has this value. Which of the two it reads
// depends on its version.
std::pair<std::string, std::string> directories_of(const std::string& config_path) {
  return {config_path.substr(0, config_path.find(':')), config_path};
}

void add_root(RuntimePlan& plan, const RuntimeRequest& request, const fs::path& path) {
  for (DesiredFile& file : hosts_files(path.relative_path(), path, request.registry, request.bundle)) {
    plan.files.push_back(std::move(file));
  }
}

void add_configured(RuntimePlan& plan, const RuntimeRequest& request, const ContainerdVersion& version,
                    const std::string& config_path) {
  const auto [first, whole] = directories_of(config_path);
  add_root(plan, request, first);
  if (whole != first && (!version.known() || version >= kTakesListForDirectory))
    add_root(plan, request, whole);
}

std::string header(const std::vector<std::string>& table) {
  return "[plugins." + toml_string(table.at(1)) + "." + table.at(2) + "]";
}

// Plans settings for which the agent restarts containerd. If containerd would not start with the edited file,
// plans no new settings, and a user action instead of a restart.
void add_settings(RuntimePlan& plan, const HostView& host, const RuntimeRequest& request,
                  const ContainerdVersion& version, const OwnersConfig& owners, DesiredSettings desired) {
  const auto edited = insert_settings(owners.text, request.installation, desired.settings);
  if (edited) {
    if (const auto checked = check_containerd_files(host, *edited, version); !checked) {
      plan.user_actions.push_back("containerd is not restarted, because it would not start: " +
                                  checked.error().message);
      if (!owners.edited) return;
    }
  }
  plan.needs_restart = true;
  plan.settings.push_back(std::move(desired));
}

// Plans for a containerd without config_path, which needs a restart to read one.
void plan_config_path(RuntimePlan& plan, const HostView& host, const RuntimeRequest& request,
                      const ContainerdVersion& version, const OwnersConfig& owners) {
  add_root(plan, request, kDefaultPath);
  const int form = owners.exists ? owners.form(version) : default_form(version);
  const auto table = registry_table(form, version);
  if (!request.may_restart && !owners.edited) {
    plan.user_actions.push_back(
        "containerd does not read certs.d, because config_path is not set: set config_path = \"" +
        std::string(kDefaultPath) + "\" in " + header(table) + " of /" + std::string(kContainerdConfig) +
        " and restart containerd, or let the agent do it by trustDistribution.restart=true");
    return;
  }
  if (owners.exists) {
    add_settings(
        plan, host, request, version, owners,
        {kContainerdConfig, {{.table = table, .key = "config_path", .value = std::string(kDefaultPath)}}});
  } else {
    plan.needs_restart = true;
    plan.files.push_back({kContainerdConfig, "version = " + std::to_string(form) + "\n\n" + header(table) +
                                                 "\n  config_path = " + toml_string(kDefaultPath) + "\n"});
  }
}

// Plans for registry.mirrors or registry.configs: with config_path beside them, CRI does not load.
void plan_legacy(RuntimePlan& plan, const HostView& host, const RuntimeRequest& request,
                 const ContainerdVersion& version, const OwnersConfig& owners) {
  add_root(plan, request, kDefaultPath);
  const auto table = registry_table(owners.form(version), version);
  const bool can = version.major == 1 && request.registry.scheme == contract::Scheme::kHttps;
  if (!can) {
    plan.user_actions.push_back(
        "containerd does not read certs.d, because registry.mirrors or registry.configs are set in /" +
        std::string(kContainerdConfig) +
        ", where no CA can be added: move each mirror to a hosts.toml below " + std::string(kDefaultPath) +
        ", replace them with config_path = \"" + std::string(kDefaultPath) + "\" in " + header(table) +
        ", and restart containerd");
    return;
  }
  DesiredSettings desired{.path = kContainerdConfig, .settings = {}};
  for (const HostDirectory& directory : docker_directories(request.registry)) {
    std::vector<std::string> tls = table;
    tls.insert(tls.end(), {"configs", directory.image_host, "tls"});
    const fs::path authority =
        fs::path(kDefaultPath) / containerd_directories(request.registry).front().directory;
    desired.settings.push_back(
        {.table = std::move(tls), .key = "ca_file", .value = (authority / kAuthorityFile).string()});
  }
  if (!request.may_restart && !owners.edited) {
    plan.user_actions.push_back(
        "containerd does not read certs.d, because registry.mirrors or registry.configs are set: add " +
        toml_lines(desired.settings.front()) + " to /" + std::string(kContainerdConfig) +
        " and restart containerd, or let the agent do it by trustDistribution.restart=true");
    return;
  }
  add_settings(plan, host, request, version, owners, std::move(desired));
}

std::string describe(const RuntimeRequest& request, const ContainerdConfig& config) {
  std::string text = "containerd";
  if (request.node.runtime.starts_with(kScheme)) text += " " + request.node.runtime.substr(kScheme.size());
  if (config.config_path) return text + ", config_path " + *config.config_path;
  return text +
         (config.mirrors || config.credentials ? ", registry.mirrors or configs" : ", config_path unset");
}

}  // namespace

bool detect_containerd(const HostView& host, const RuntimeRequest& request) {
  if (request.node.known()) return request.node.runtime.starts_with(kScheme);
  return host.has_directory("etc/containerd");
}

RuntimePlan plan_containerd(const HostView& host, const RuntimeRequest& request) {
  const OwnersConfig owners = read_owners_config(host, request.installation);
  const ContainerdVersion version = parse_containerd_version(request.node.runtime);
  const ContainerdConfig& config = owners.config;
  RuntimePlan plan{.description = describe(request, config)};
  if (!owners.problem.empty()) {
    plan.user_actions.push_back(owners.problem);
    add_configured(plan, request, version, std::string(kDefaultList));
  } else if (config.config_path) {
    add_configured(plan, request, version, *config.config_path);
  } else if (config.mirrors || (config.credentials && version.major == 1)) {
    plan_legacy(plan, host, request, version, owners);
  } else if (!version.known() || version >= kReadsByDefault) {
    add_configured(plan, request, version, std::string(kDefaultList));
    if (!version.known())
      plan.notes.emplace_back("the version of containerd is unknown: assuming 2.2 or newer");
  } else {
    plan_config_path(plan, host, request, version, owners);
  }
  return plan;
}

void add_containerd_layout(const HostView& host, const names::Installation& installation, Layout& layout) {
  layout.edited.insert(fs::path(kContainerdConfig));
  const OwnersConfig owners = read_owners_config(host, installation);
  for (const auto& [first, whole] :
       {directories_of(std::string(kDefaultList)),
        directories_of(owners.config.config_path.value_or(std::string(kDefaultPath)))}) {
    layout.host_roots.insert(fs::path(first).relative_path());
    layout.host_roots.insert(fs::path(whole).relative_path());
  }
}

}  // namespace connected_registry::trust
