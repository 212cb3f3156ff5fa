#include "controller/config_watcher.h"

#include <utility>

#include "base/log.h"

namespace connected_registry::controller {

ConfigWatcher::ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock)
    : request_(std::move(request)),
      clock_(std::move(clock)),
      policy_(request_.installation),
      objects_(client, [this] { apply_changes(); }) {
  const names::Installation& installation = request_.installation;
  objects_.watch(kube::kSecrets, installation.namespace_, installation.settings_secret());
  objects_.watch(kube::kSecrets, installation.namespace_, installation.webhook_tls_secret());
  objects_.watch(kube::kConfigMaps, installation.namespace_, installation.ca_bundle());
}

std::shared_ptr<const inject::Policy> ConfigWatcher::policy() const {
  const auto rendered = policy_.get();
  if (rendered == nullptr) return nullptr;
  return {rendered, &rendered->policy};
}

std::optional<std::string> ConfigWatcher::why_not_ready() const {
  const names::Installation& installation = request_.installation;
  {
    const MutexLock lock(mutex_);
    if (!has_certificate_) {
      return "no serving certificate yet: the leader creates it in Secret " +
             installation.webhook_tls_secret();
    }
  }
  if (policy_.get() == nullptr) return "no settings yet in Secret " + installation.settings_secret();
  if (!objects_.get(kube::kConfigMaps, installation.ca_bundle()).known) {
    return "the API has not answered yet whether there is a ConfigMap " + installation.ca_bundle();
  }
  return std::nullopt;
}

void ConfigWatcher::apply_changes() {
  {
    // Read and applied under one lock, so that of two concurrent changes the later one wins.
    const MutexLock lock(mutex_);
    const auto settings = objects_.get(kube::kSecrets, request_.installation.settings_secret());
    const auto bundle = objects_.get(kube::kConfigMaps, request_.installation.ca_bundle());
    if (const auto changed = policy_.update(settings.object.get(), bundle.object.get())) {
      const inject::Policy& policy = changed->policy;
      log::info("new policy", {{"hosts", policy.hosts.empty() ? "" : policy.hosts.front()},
                               {"authorities", policy.subject_hashes.size()}});
    }
    apply_certificate();
  }
  request_.on_change();
}

void ConfigWatcher::apply_certificate() {
  const auto secret = objects_.get(kube::kSecrets, request_.installation.webhook_tls_secret());
  if (secret.object == nullptr) return;  // deleted by an uninstall: the served certificate stays
  const std::string version(json::string_at(*secret.object, {"metadata", "resourceVersion"}));
  if (std::exchange(certificate_version_, version) == version) return;
  auto material = read_serving_secret(*secret.object);
  Status usable;
  if (!material) {
    usable = tl::unexpected(material.error());
  } else {
    usable = check_serving_material(*material, request_.service_names, clock_());
  }
  if (usable) usable = request_.on_certificate(*material);
  if (!usable) {
    log::warning("cannot use the serving certificate: the previous one stays in use",
                 {{"secret", request_.installation.webhook_tls_secret()}, {"error", usable.error()}});
    return;
  }
  has_certificate_ = true;
  log::info("serving a new certificate");
}

}  // namespace connected_registry::controller
