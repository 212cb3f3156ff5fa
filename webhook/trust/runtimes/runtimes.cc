#include "trust/runtimes/runtimes.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "trust/runtimes/containerd.h"
#include "trust/runtimes/containers.h"
#include "trust/runtimes/docker.h"
#include "trust/runtimes/k0s.h"
#include "trust/runtimes/microk8s.h"
#include "trust/runtimes/rancher.h"
#include "trust/runtimes/talos.h"

namespace connected_registry::trust {
namespace {

struct Runtime {
  std::string_view name;
  bool (*detect)(const HostView&, const RuntimeRequest&);
  RuntimePlan (*plan)(const HostView&, const RuntimeRequest&);
  bool has_own_containerd;  // with files of its own: then /etc/containerd does not count
};

bool detect_plain_containerd(const HostView& host, const RuntimeRequest& request);

constexpr std::array<Runtime, 8> kRuntimes{{
    {"k3s", detect_k3s, plan_k3s, true},
    {"rke2", detect_rke2, plan_rke2, true},
    {"microk8s", detect_microk8s, plan_microk8s, true},
    {"k0s", detect_k0s, plan_k0s, true},
    {"talos", detect_talos, plan_talos, true},
    {"containerd", detect_plain_containerd, plan_containerd, false},
    {"containers", detect_containers, plan_containers, false},
    {"docker", detect_docker, plan_docker, false},
}};

constexpr std::array kLayouts{add_rancher_layout, add_microk8s_layout,   add_k0s_layout,
                              add_talos_layout,   add_containerd_layout, add_containers_layout,
                              add_docker_layout};

// A node about which nothing is known is assumed to run containerd.
bool detect_plain_containerd(const HostView& host, const RuntimeRequest& request) {
  const bool has_own = std::any_of(kRuntimes.begin(), kRuntimes.end(), [&](const Runtime& runtime) {
    return runtime.has_own_containerd && runtime.detect(host, request);
  });
  if (has_own) return false;
  if (request.node.known()) return detect_containerd(host, request);
  return detect_containerd(host, request) ||
         (!detect_containers(host, request) && !detect_docker(host, request));
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

const std::vector<std::string_view>& runtime_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    all.reserve(kRuntimes.size());
    for (const Runtime& runtime : kRuntimes) all.push_back(runtime.name);
    return all;
  }();
  return names;
}

RuntimePlan plan_runtimes(const HostView& host, const RuntimeRequest& request) {
  RuntimePlan all;
  for (const Runtime& runtime : kRuntimes) {
    const bool chosen = request.configured.empty() ? runtime.detect(host, request)
                                                   : request.configured.contains(std::string(runtime.name));
    if (!chosen) continue;
    RuntimePlan plan = runtime.plan(host, request);
    all.description += (all.description.empty() ? "" : "; ") + plan.description;
    append(all.files, std::move(plan.files));
    append(all.settings, std::move(plan.settings));
    append(all.user_actions, std::move(plan.user_actions));
    append(all.notes, std::move(plan.notes));
    all.needs_restart = all.needs_restart || plan.needs_restart;
  }
  return all;
}

Layout runtime_layout(const HostView& host, const names::Installation& installation) {
  Layout layout;
  for (const auto& add : kLayouts) add(host, installation, layout);
  return layout;
}

}  // namespace connected_registry::trust
