#include "controller/controller.h"

#include <chrono>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/memory.h"
#include "contract/uninstall_mark.h"
#include "controller/policy.h"
#include "controller/resync_interval.h"

namespace connected_registry::controller {

Controller::Controller(kube::Client& client, ControllerRequest request, const Clock& clock)
    : shared_(client, [this] { wakeup_.wake(); }),
      context_{.client = client,
               .shared = shared_,
               .wakeup = wakeup_,
               .installation = request.installation,
               .owners = request.owners,
               .identity = request.identity,
               .cluster_domain = request.cluster_domain,
               .clock = clock},
      policy_(context_),
      pod_watch_(
          client, [this] { return policy_.policy(); }, pods_, clock),
      live_update_(
          client, [this] { return policy_.policy(); }, pods_),
      pod_status_(client, pods_,
                  {.installation = request.installation,
                   .owners = request.owners,
                   .gauges = request.pod_gauges,
                   .may_write = [this] { return !is_uninstalling(); }}),
      node_watch_(
          client,
          {.installation = request.installation, .taint = request.taint, .gauges = request.node_gauges},
          clock),
      webhook_(context_),
      registry_(context_, request.rotation) {
  const names::Installation& installation = context_.installation;
  shared_.watch(kube::kSecrets, installation.namespace_, installation.settings_secret());
  shared_.watch(kube::kSecrets, installation.namespace_, installation.webhook_tls_secret());
  shared_.watch(kube::kConfigMaps, installation.namespace_, installation.ca_bundle());
  shared_.watch(kube::kConfigMaps, installation.namespace_, installation.policy());
}

void Controller::run(const std::stop_token& stop) {
  const auto start = [&stop](auto& part) {
    return std::jthread([&] {
      const log::ComponentScope component("controller");
      part.run(stop);
    });
  };
  const std::jthread watch = start(pod_watch_);
  const std::jthread update = start(live_update_);
  const std::jthread status = start(pod_status_);
  const std::jthread nodes = start(node_watch_);
  auto complete_at = std::chrono::steady_clock::now();
  bool is_settled = false;
  do {
    const bool complete = reconcile();
    // The rounds up to the first complete one allocate memory that later rounds do not need.
    if (!is_settled) memory::release_free_pages();
    is_settled = is_settled || complete;
    const auto now = std::chrono::steady_clock::now();
    if (complete) complete_at = now;
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - complete_at);
    if (!context_.wakeup.wait(stop, next_resync(complete, lasted))) break;
  } while (true);
}

bool Controller::is_uninstalling() const {
  const auto settings = context_.shared.get(kube::kSecrets, context_.installation.settings_secret());
  return settings.object == nullptr || contract::is_uninstalling(*settings.object, context_.clock());
}

bool Controller::reconcile() {
  ProgressLog& progress = context_.progress;
  const auto secret = context_.shared.get(kube::kSecrets, context_.installation.settings_secret());
  if (!secret.known) return false;
  if (secret.object == nullptr) {
    progress.waiting("settings", "there is no Secret " + context_.installation.settings_secret());
    return true;
  }
  if (contract::is_uninstalling(*secret.object, context_.clock())) {
    progress.waiting("end of the uninstall", "nothing is reconciled during an uninstall");
    return true;
  }
  progress.done("end of the uninstall");
  const bool complete = webhook_.reconcile();
  const auto settings = read_settings(*secret.object);
  if (!settings) {
    progress.failed("settings", settings.error().message);
    return complete;
  }
  progress.done("settings");
  const bool registry = registry_.reconcile(*settings);
  if (!registry_.trusted_bundle()) return false;
  return policy_.reconcile(*settings, *registry_.trusted_bundle()) && registry && complete;
}

}  // namespace connected_registry::controller
