#include "controller/config_watcher.h"

#include <utility>

#include "base/log.h"

namespace connected_registry::controller {

ConfigWatcher::ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock)
    : request_(std::move(request)),
      clock_(std::move(clock)),
      policy_(request_.installation),
      objects_(client, [this] { take_changes(); }) {
  const names::Installation& installation = request_.installation;
  objects_.follow(kube::kSecrets, installation.namespace_, installation.settings_secret());
  objects_.follow(kube::kSecrets, installation.namespace_, installation.webhook_tls_secret());
  objects_.follow(kube::kConfigMaps, installation.namespace_, installation.ca_bundle());
}

std::optional<std::string> ConfigWatcher::why_not_ready() const {
  const names::Installation& installation = request_.installation;
  {
    const MutexLock lock(mutex_);
    if (!has_certificate_) {
      return "no serving certificate yet: the leader makes it in Secret " + installation.webhook_tls_secret();
    }
  }
  if (policy_.get() == nullptr) return "no settings yet in Secret " + installation.settings_secret();
  if (!objects_.get(kube::kConfigMaps, installation.ca_bundle()).known) {
    return "it is not known yet whether there is a ConfigMap " + installation.ca_bundle();
  }
  return std::nullopt;
}

void ConfigWatcher::take_changes() {
  {
    // Read and used under one lock: of two changes at a time, the later state is the one that stays.
    const MutexLock lock(mutex_);
    const auto settings = objects_.get(kube::kSecrets, request_.installation.settings_secret());
    const auto bundle = objects_.get(kube::kConfigMaps, request_.installation.ca_bundle());
    if (auto changed = policy_.update(settings.object.get(), bundle.object.get())) {
      log::info("new policy", {{"hosts", changed->hosts.empty() ? "" : changed->hosts.front()},
                               {"authorities", changed->subject_hashes.size()}});
      request_.on_policy(std::move(changed));
    }
    take_certificate();
  }
  request_.on_change();
}

void ConfigWatcher::take_certificate() {
  const auto secret = objects_.get(kube::kSecrets, request_.installation.webhook_tls_secret());
  if (secret.object == nullptr) return;  // deleted at an uninstall: what is served stays
  const std::string version(json::string_at(*secret.object, {"metadata", "resourceVersion"}));
  if (std::exchange(served_, version) == version) return;
  auto material = read_serving_secret(*secret.object);
  Status usable;
  if (!material) {
    usable = tl::unexpected(material.error());
  } else {
    usable = check_serving_material(*material, request_.service_names, clock_());
  }
  if (usable) usable = request_.on_certificate(*material);
  if (!usable) {
    log::warning("the serving certificate is not usable: the former stays",
                 {{"secret", request_.installation.webhook_tls_secret()}, {"error", usable.error()}});
    return;
  }
  has_certificate_ = true;
  log::info("new serving certificate is served");
}

}  // namespace connected_registry::controller
