#include "admission/config_watcher.h"

#include <utility>

#include "base/log.h"
#include "inject/policy_document.h"
#include "kube/secret.h"
#include "x509/server_material.h"

namespace connected_registry::admission {
namespace {

// Reads the pair, and checks that API servers, which ask for the name `service_name`, take it.
Result<ServingPair> read_pair(const json::Value& secret, const std::string& service_name, TimePoint now) {
  auto certificate = kube::secret_value(secret, "tls.crt");
  auto key = kube::secret_value(secret, "tls.key");
  auto authority = kube::secret_value(secret, "ca.crt");
  for (const auto* each : {&certificate, &key, &authority}) {
    if (!*each) return tl::unexpected(each->error());
  }
  const auto checked =
      x509::check_server_material({.certificate = *certificate, .key = *key, .authority = *authority},
                                  {.dns_names = {service_name}, .now = now, .authority_required = true});
  if (!checked) return tl::unexpected(checked.error());
  return ServingPair{.certificate = std::move(*certificate), .key = std::move(*key)};
}

}  // namespace

ConfigWatcher::ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock)
    : request_(std::move(request)), clock_(std::move(clock)), objects_(client, [this] { apply_changes(); }) {
  const names::Installation& installation = request_.installation;
  objects_.watch(kube::kSecrets, installation.namespace_, installation.webhook_tls_secret());
  objects_.watch(kube::kConfigMaps, installation.namespace_, installation.policy());
}

std::shared_ptr<const inject::RenderedPolicy> ConfigWatcher::policy() const {
  const MutexLock lock(policy_mutex_);
  return policy_;
}

std::optional<std::string> ConfigWatcher::why_not_ready() const {
  const names::Installation& installation = request_.installation;
  {
    const MutexLock lock(mutex_);
    if (!has_certificate_) {
      return "no serving certificate yet: the controller creates it in Secret " +
             installation.webhook_tls_secret();
    }
  }
  if (policy() == nullptr) {
    return "no policy yet: the controller creates it in ConfigMap " + installation.policy();
  }
  return std::nullopt;
}

void ConfigWatcher::apply_changes() {
  {
    // Read and applied under one lock, so that of two concurrent changes the later one wins.
    const MutexLock lock(mutex_);
    apply_policy();
    apply_certificate();
  }
  request_.on_change();
}

void ConfigWatcher::apply_policy() {
  const std::string name = request_.installation.policy();
  const auto map = objects_.get(kube::kConfigMaps, name);
  if (map.object == nullptr) return;  // deleted by an uninstall or by mistake: the last policy stays
  const std::string version(json::string_at(*map.object, {"metadata", "resourceVersion"}));
  if (std::exchange(policy_version_, version) == version) return;
  auto parsed = inject::parse_policy_document(json::string_at(*map.object, {"data", names::kPolicyKey}));
  if (!parsed) {
    log::error("cannot use the new policy: the previous policy stays in use",
               {{"configmap", name}, {"error", parsed.error()}});
    return;
  }
  const MutexLock lock(policy_mutex_);
  if (policy_ != nullptr && policy_->policy == *parsed) return;
  log::info("new policy", {{"hosts", parsed->hosts.empty() ? "" : parsed->hosts.front()},
                           {"authorities", parsed->subject_hashes.size()},
                           {"frozen", parsed->frozen}});
  policy_ = std::make_shared<const inject::RenderedPolicy>(std::move(*parsed));
}

void ConfigWatcher::apply_certificate() {
  const std::string name = request_.installation.webhook_tls_secret();
  const auto secret = objects_.get(kube::kSecrets, name);
  if (secret.object == nullptr) return;  // deleted by an uninstall: the served certificate stays
  const std::string version(json::string_at(*secret.object, {"metadata", "resourceVersion"}));
  if (std::exchange(certificate_version_, version) == version) return;
  const auto pair = read_pair(*secret.object, request_.installation.webhook_host(), clock_());
  Status usable;
  if (!pair) {
    usable = tl::unexpected(pair.error());
  } else {
    usable = request_.on_certificate(*pair);
  }
  if (!usable) {
    log::warning("cannot use the serving certificate: the previous one stays in use",
                 {{"secret", name}, {"error", usable.error()}});
    return;
  }
  has_certificate_ = true;
  log::info("serving a new certificate");
}

}  // namespace connected_registry::admission
