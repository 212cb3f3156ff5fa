// What every replica follows, the leader or not: the settings, the CA bundle and the serving certificate.
// Turns changes of them into a new policy and a new certificate for the server.
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
  std::vector<std::string> service_names;  // of the webhook: what its certificate must name
  // Called one at a time, from the threads that watch. A certificate that the server cannot use is an error.
  std::function<void(std::shared_ptr<const inject::Policy>)> on_policy;
  std::function<Status(const ServingMaterial&)> on_certificate;
  std::function<void()> on_change;  // after those; for whoever decides from objects()
};

// All functions may be called from any thread.
class ConfigWatcher {
 public:
  // Starts to follow. `client` must outlive it.
  ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock = system_now);

  const ObjectCache& objects() const { return objects_; }
  std::shared_ptr<const inject::PreparedPolicy> policy() const { return policy_.get(); }
  std::shared_ptr<const settings::Settings> settings() const { return policy_.settings(); }

  // No value: pods can be handled. Else what is missing: a certificate, settings, or the API's word on
  // whether there is a CA. That there is none yet is no reason: pods are then admitted as they are.
  std::optional<std::string> why_not_ready() const;

 private:
  void take_changes();
  void take_certificate() REQUIRES(mutex_);

  const ConfigWatcherRequest request_;
  const Clock clock_;
  CurrentPolicyHolder policy_;
  mutable Mutex mutex_;  // held while on_policy and on_certificate are called, which keeps their order
  std::string served_ GUARDED_BY(mutex_);  // resourceVersion of the Secret looked at last
  bool has_certificate_ GUARDED_BY(mutex_) = false;
  ObjectCache objects_;  // last: its threads end before what they use
};

}  // namespace connected_registry::controller
