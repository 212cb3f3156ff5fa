// Watches the settings, the CA bundle and the serving certificate, in every replica. Makes a new policy and a
// new certificate for the server when they change.
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
  std::vector<std::string> service_names;  // of the webhook: its certificate must contain them
  // Called one at a time, from the watching threads. Returns an error for a certificate that the server
  // cannot use.
  std::function<Status(const ServingMaterial&)> on_certificate;
  std::function<void()> on_change;  // called last, after each change of objects(), from several threads
};

// All functions may be called from any thread.
class ConfigWatcher {
 public:
  // Starts to watch. `client` must outlive it.
  ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock = system_now);

  const ObjectCache& objects() const { return objects_; }
  // All three are nullptr until there are settings.
  std::shared_ptr<const inject::RenderedPolicy> rendered_policy() const { return policy_.get(); }
  std::shared_ptr<const inject::Policy> policy() const;
  std::shared_ptr<const settings::Settings> settings() const { return policy_.settings(); }

  // Returns nullopt if pods can be handled. Otherwise names what is missing: the certificate, the settings,
  // or the API's answer whether there is a CA. A missing CA itself is no reason: pods are then admitted
  // without it.
  std::optional<std::string> why_not_ready() const;

 private:
  void apply_changes();
  void apply_certificate() REQUIRES(mutex_);

  const ConfigWatcherRequest request_;
  const Clock clock_;
  PolicyHolder policy_;
  mutable Mutex mutex_;  // held while on_certificate is called, which keeps the order of the calls
  std::string certificate_version_ GUARDED_BY(mutex_);  // resourceVersion of the serving Secret read last
  bool has_certificate_ GUARDED_BY(mutex_) = false;
  ObjectCache objects_;  // last: its threads end before the members that they use
};

}  // namespace connected_registry::controller
