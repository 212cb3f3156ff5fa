#include "trust/runtimes/runtimes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "trust/runtimes/containerd.h"
#include "trust/runtimes/hosts_toml.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRegistriesDirectory = "etc/containers/registries.conf.d";
constexpr std::string_view kK0sDirectory = "etc/k0s/containerd.d";
constexpr std::string_view kMicrok8s = "var/snap/microk8s";

fs::path seen(const fs::path& path) {
  return "/" / path;
}

std::string own_name(const names::Installation& installation, std::string_view extension) {
  return "connected-registry-" + installation.namespace_ + "-" + installation.name + std::string(extension);
}

// Where the kubelet's version says which distribution it is, a directory that another one left counts for
// nothing.
bool is_distribution(const HostView& host, const RuntimeRequest& request, std::string_view mark,
                     const fs::path& directory) {
  if (!request.node.kubelet.empty()) return request.node.kubelet.find(mark) != std::string::npos;
  return host.has_directory(directory);
}

// The agent sees of a node what its pod mounts.
std::string unseen(const fs::path& path, std::string_view name) {
  return seen(path).string() +
         " is not there, or the agent does not see it: set trustDistribution.runtimes={" + std::string(name) +
         "}";
}

// k3s and RKE2: their containerd has its certs.d as config_path since the releases of late 2023.
RuntimeWants rancher_wants(const HostView& host, const RuntimeRequest& request, std::string_view name) {
  const fs::path directory = fs::path("var/lib/rancher") / name / "agent/etc/containerd";
  RuntimeWants wants{.found = std::string(name)};
  if (!host.has_directory(directory)) {
    wants.to_do.push_back(unseen(directory, name));
    return wants;
  }
  wants.files =
      hosts_files(directory / "certs.d", seen(directory / "certs.d"), request.registry, request.bundle);
  const auto text = host.text(directory / "config.toml");
  const auto config = read_containerd_config(text.value_or(""));
  if (text && config && !config->config_path) {
    const std::string service(name == "k3s" ? "k3s (or k3s-agent)" : "rke2-server or rke2-agent");
    wants.to_do.push_back(std::string(name) + " is too old to read " + seen(directory / "certs.d").string() +
                          ": upgrade it, or add to /etc/rancher/" + std::string(name) +
                          "/registries.yaml: configs: {\"" + request.registry.address +
                          "\": {tls: {ca_file: " + seen(wants.files.front().path).string() +
                          "}}}, and restart " + service);
  }
  return wants;
}

bool k3s_found(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+k3s", "var/lib/rancher/k3s/agent/etc/containerd");
}
RuntimeWants k3s_wants(const HostView& host, const RuntimeRequest& request) {
  return rancher_wants(host, request, "k3s");
}

bool rke2_found(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+rke2", "var/lib/rancher/rke2/agent/etc/containerd");
}
RuntimeWants rke2_wants(const HostView& host, const RuntimeRequest& request) {
  return rancher_wants(host, request, "rke2");
}

// snapd keeps a directory for each revision, and a link to the one in use.
fs::path microk8s_arguments(const HostView& host) {
  const auto revision = host.link(fs::path(kMicrok8s) / "current");
  if (!revision || revision->filename().empty()) return {};
  return fs::path(kMicrok8s) / revision->filename() / "args";
}

bool microk8s_found(const HostView& host, const RuntimeRequest& request) {
  if (request.node.microk8s) return true;
  const fs::path arguments = microk8s_arguments(host);
  return !arguments.empty() && host.has_directory(arguments);
}
RuntimeWants microk8s_wants(const HostView& host, const RuntimeRequest& request) {
  RuntimeWants wants{.found = "microk8s"};
  const fs::path arguments = microk8s_arguments(host);
  if (arguments.empty()) {
    wants.to_do.push_back(unseen(fs::path(kMicrok8s) / "current", "microk8s"));
    return wants;
  }
  // As containerd sees it: a new revision begins with a copy of the old one's files.
  wants.files = hosts_files(arguments / "certs.d", seen(fs::path(kMicrok8s) / "current/args/certs.d"),
                            request.registry, request.bundle);
  return wants;
}

// k0s reads drop-ins and restarts its containerd by itself when they change. One of the user's may set
// config_path.
bool k0s_found(const HostView& host, const RuntimeRequest& request) {
  return is_distribution(host, request, "+k0s", "etc/k0s");
}
RuntimeWants k0s_wants(const HostView& host, const RuntimeRequest& request) {
  RuntimeWants wants{.found = "k0s"};
  const std::string own = own_name(request.installation, ".toml");
  std::optional<std::string> path;
  for (const std::string& name : host.list(kK0sDirectory)) {
    if (!name.ends_with(".toml") || name == own) continue;
    const auto config = read_containerd_config(host.text(fs::path(kK0sDirectory) / name).value_or(""));
    if (config && config->config_path) path = config->config_path;
  }
  const fs::path root = path ? fs::path(*path).relative_path() : fs::path("etc/containerd/certs.d");
  wants.files = hosts_files(root, seen(root), request.registry, request.bundle);
  if (!path) {
    const ContainerdVersion version = parse_containerd_version(request.node.runtime);
    const int form = usual_form(version);
    const auto table = registry_table(form, version);
    wants.files.push_back({fs::path(kK0sDirectory) / own,
                           "version = " + std::to_string(form) + "\n\n[plugins." + toml_string(table.at(1)) +
                               ".registry]\n  config_path = " + toml_string(seen(root).string()) + "\n"});
  }
  return wants;
}

bool talos_found(const HostView& host, const RuntimeRequest& request) {
  if (!request.node.os.empty()) return request.node.os.starts_with("Talos");
  return host.has_directory("etc/cri/conf.d/hosts");
}
RuntimeWants talos_wants(const HostView& /*host*/, const RuntimeRequest& request) {
  RuntimeWants wants{.found = "Talos"};
  const fs::path root = "etc/cri/conf.d/hosts";
  wants.files = hosts_files(root, seen(root), request.registry, request.bundle);
  return wants;
}

// CRI-O, podman, skopeo and buildah share one library.
bool containers_found(const HostView& host, const RuntimeRequest& request) {
  return request.node.runtime.starts_with("cri-o://") || host.has_directory("etc/containers");
}
RuntimeWants containers_wants(const HostView& /*host*/, const RuntimeRequest& request) {
  const bool cri_o = request.node.runtime.starts_with("cri-o://");
  RuntimeWants wants{.found = cri_o ? "CRI-O" : "podman"};
  if (cri_o) wants.found += " " + request.node.runtime.substr(std::string_view("cri-o://").size());
  wants.files = authority_files("etc/containers/certs.d", request.registry, request.bundle);
  if (request.registry.scheme == contract::Scheme::kHttp) {
    std::string body;
    for (const HostDirectory& host : docker_directories(request.registry)) {
      body += "[[registry]]\nlocation = " + toml_string(host.image_host) + "\ninsecure = true\n\n";
    }
    wants.files.push_back({fs::path(kRegistriesDirectory) / own_name(request.installation, ".conf"), body});
    if (cri_o) wants.notes.emplace_back("CRI-O reads registries.conf.d again when it gets SIGHUP");
  }
  return wants;
}

bool docker_found(const HostView& host, const RuntimeRequest& request) {
  return request.node.runtime.starts_with("docker://") || host.has_directory("etc/docker");
}
RuntimeWants docker_wants(const HostView& /*host*/, const RuntimeRequest& request) {
  const bool kubelets = request.node.runtime.starts_with("docker://");
  RuntimeWants wants{.found = kubelets ? "Docker " +
                                             request.node.runtime.substr(std::string_view("docker://").size())
                                       : "Docker"};
  wants.files = authority_files("etc/docker/certs.d", request.registry, request.bundle);
  if (request.registry.scheme == contract::Scheme::kHttp) {
    auto& said = kubelets ? wants.to_do : wants.notes;
    said.push_back(
        "Docker reads " + request.registry.address +
        " over plain HTTP only when insecure-registries of /etc/docker/daemon.json names it; then send "
        "dockerd SIGHUP");
  }
  return wants;
}

struct Unit {
  std::string_view name;
  bool (*found)(const HostView&, const RuntimeRequest&);
  RuntimeWants (*wants)(const HostView&, const RuntimeRequest&);
  bool brings_containerd;  // then the usual containerd is not the node's runtime
};

// Where containerd is not said to be the runtime, it is the guess for a node of which nothing is known.
bool containerd_found(const HostView& host, const RuntimeRequest& request);

constexpr std::array<Unit, 8> kUnits{{
    {"k3s", k3s_found, k3s_wants, true},
    {"rke2", rke2_found, rke2_wants, true},
    {"microk8s", microk8s_found, microk8s_wants, true},
    {"k0s", k0s_found, k0s_wants, true},
    {"talos", talos_found, talos_wants, true},
    {"containerd", containerd_found, containerd_wants, false},
    {"containers", containers_found, containers_wants, false},
    {"docker", docker_found, docker_wants, false},
}};

bool containerd_found(const HostView& host, const RuntimeRequest& request) {
  const bool brought = std::any_of(kUnits.begin(), kUnits.end(), [&](const Unit& unit) {
    return unit.brings_containerd && unit.found(host, request);
  });
  if (brought) return false;
  if (request.node.known()) return request.node.runtime.starts_with("containerd://");
  return host.has_directory("etc/containerd") ||
         (!containers_found(host, request) && !docker_found(host, request));
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

const std::vector<std::string_view>& runtime_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    all.reserve(kUnits.size());
    for (const Unit& unit : kUnits) all.push_back(unit.name);
    return all;
  }();
  return names;
}

RuntimeWants plan_trust(const HostView& host, const RuntimeRequest& request) {
  RuntimeWants all;
  for (const Unit& unit : kUnits) {
    const bool chosen =
        request.told.empty() ? unit.found(host, request) : request.told.contains(std::string(unit.name));
    if (!chosen) continue;
    RuntimeWants wants = unit.wants(host, request);
    all.found += (all.found.empty() ? "" : "; ") + wants.found;
    append(all.files, std::move(wants.files));
    append(all.settings, std::move(wants.settings));
    append(all.to_do, std::move(wants.to_do));
    append(all.notes, std::move(wants.notes));
    all.after_restart = all.after_restart || wants.after_restart;
  }
  return all;
}

Layout runtime_layout(const HostView& host, const names::Installation& installation) {
  Layout layout;
  layout.host_roots = {"var/lib/rancher/k3s/agent/etc/containerd/certs.d",
                       "var/lib/rancher/rke2/agent/etc/containerd/certs.d", "etc/cri/conf.d/hosts",
                       "etc/containers/certs.d", "etc/docker/certs.d"};
  layout.files = {fs::path(kRegistriesDirectory) / own_name(installation, ".conf"),
                  fs::path(kK0sDirectory) / own_name(installation, ".toml")};
  for (const std::string& revision : host.list(kMicrok8s)) {
    const fs::path arguments = fs::path(kMicrok8s) / revision / "args";
    if (host.has_directory(arguments)) layout.host_roots.insert(arguments / "certs.d");
  }
  for (const std::string& name : host.list(kK0sDirectory)) {
    const auto config = read_containerd_config(host.text(fs::path(kK0sDirectory) / name).value_or(""));
    if (config && config->config_path)
      layout.host_roots.insert(fs::path(*config->config_path).relative_path());
  }
  add_containerd_layout(host, layout);
  return layout;
}

}  // namespace connected_registry::trust
