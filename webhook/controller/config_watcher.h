// Watches the settings, the CA bundle and the serving certificate of the webhook. Runs in every replica of
// the webhook. When one of them changes, builds a new policy or passes the new certificate to the HTTPS
// server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "controller/object_cache.h"
#include "controller/policy.h"
#include "controller/serving_certificate.h"
#include "kube/client.h"

namespace connected_registry::controller {

struct ConfigWatcherRequest {
  names::Installation installation;
  std::vector<std::string> service_names;  // DNS names of the webhook; its certificate must contain them
  // Returns an error if the server cannot use the certificate. Called from the watching threads, but never
  // from two threads at the same time.
  std::function<Status(const ServingMaterial&)> on_certificate;
  // Called from several threads, each time after a change of objects() has been applied.
  std::function<void()> on_change;
};

// Thread-safe.
class ConfigWatcher {
 public:
  // Starts to watch. `client` must outlive the watcher.
  ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock = system_now);

  const ObjectCache& objects() const { return objects_; }
  // The next three functions return nullptr until the settings are read.
  std::shared_ptr<const inject::RenderedPolicy> rendered_policy() const { return policy_.get(); }
  std::shared_ptr<const inject::Policy> policy() const;
  std::shared_ptr<const settings::Settings> settings() const { return policy_.settings(); }

  // Returns nullopt if the webhook can handle pods. Otherwise returns the missing part: the certificate, the
  // settings, or the answer of the API about the CA bundle. A missing CA is not a reason, because pods are
  // then admitted without it.
  std::optional<std::string> why_not_ready() const;

 private:
  void apply_changes();
  void apply_certificate() REQUIRES(mutex_);

  const ConfigWatcherRequest request_;
  const Clock clock_;
  PolicyHolder policy_;
  mutable Mutex mutex_;  // held while on_certificate is called, so that the calls keep their order
  // resourceVersion of the serving Secret at the last read.
  std::string certificate_version_ GUARDED_BY(mutex_);
  bool has_certificate_ GUARDED_BY(mutex_) = false;
  ObjectCache objects_;  // the last member, because its threads must end before the members that they use
};

}  // namespace connected_registry::controller
