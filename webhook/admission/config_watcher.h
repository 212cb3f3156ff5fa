// Watches the policy and the serving certificate of the webhook, the only objects that the webhook may read.
// When one of them changes, renders the new policy or passes the new certificate to the HTTPS server.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "base/result.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "inject/rendered_policy.h"
#include "kube/client.h"
#include "kube/object_cache.h"

namespace connected_registry::admission {

// The serving certificate with its chain and its private key, in PEM.
struct ServingPair {
  std::string certificate;
  std::string key;
};

struct ConfigWatcherRequest {
  names::Installation installation;
  // Returns an error if the server cannot use the certificate. Called from the watching threads, but never
  // from two threads at the same time.
  std::function<Status(const ServingPair&)> on_certificate;
  // Called from several threads, each time after a message from the API has been applied.
  std::function<void()> on_change = [] {};
};

// Thread-safe.
class ConfigWatcher {
 public:
  // Starts to watch. `client` must outlive the watcher.
  ConfigWatcher(kube::Client& client, ConfigWatcherRequest request, Clock clock = system_now);

  // Returns the last policy that could be read, or nullptr before the first.
  std::shared_ptr<const inject::RenderedPolicy> policy() const;

  // Returns nullopt if the webhook can handle pods. Otherwise returns the missing part: the certificate or
  // the policy. A policy without a CA is enough, because pods are then admitted without it.
  std::optional<std::string> why_not_ready() const;

 private:
  void apply_changes();
  void apply_policy() REQUIRES(mutex_);
  void apply_certificate() REQUIRES(mutex_);

  const ConfigWatcherRequest request_;
  const Clock clock_;
  mutable Mutex mutex_;  // held while on_certificate is called, so that the calls keep their order
  // resourceVersions of the objects at the last read.
  std::string policy_version_ GUARDED_BY(mutex_);
  std::string certificate_version_ GUARDED_BY(mutex_);
  bool has_certificate_ GUARDED_BY(mutex_) = false;
  // A lock of its own, because admission reads the policy while a certificate is being passed on.
  mutable Mutex policy_mutex_;
  std::shared_ptr<const inject::RenderedPolicy> policy_ GUARDED_BY(policy_mutex_);
  kube::ObjectCache
      objects_;  // the last member, because its threads must end before the members that they use
};

}  // namespace connected_registry::admission
