// Builds the injection policy from the settings Secret and the CA bundle's ConfigMap.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "contract/names.h"
#include "inject/rendered_policy.h"
#include "settings/settings.h"

namespace connected_registry::controller {

// Parses settings.json of the settings Secret.
Result<settings::Settings> read_settings(const json::Value& settings_secret);

// Builds a policy. `bundle` is the ConfigMap with the CA bundle, or nullptr if it does not exist yet.
// Without a ConfigMap, the policy has no CA. Fails if the bundle cannot be parsed. If the registry uses
// plain HTTP, there is no CA, and the policy has no hosts.
Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const json::Value* bundle);

// Stores the current policy. Thread-safe.
class PolicyHolder {
 public:
  explicit PolicyHolder(names::Installation installation);

  // Builds a policy from the objects and stores it. If the objects cannot be parsed, logs the error once and
  // does not change the policy. Returns the new policy if it differs from the current policy, otherwise
  // nullptr.
  std::shared_ptr<const inject::RenderedPolicy> update(const json::Value* settings_secret,
                                                       const json::Value* bundle);

  // Returns the current policy, or nullptr until the settings are read.
  std::shared_ptr<const inject::RenderedPolicy> get() const;
  // Returns the settings of the current policy, or nullptr if get() returns nullptr.
  std::shared_ptr<const settings::Settings> settings() const;

 private:
  const names::Installation installation_;
  mutable Mutex mutex_;
  std::shared_ptr<const inject::RenderedPolicy> policy_ GUARDED_BY(mutex_);
  std::shared_ptr<const settings::Settings> settings_ GUARDED_BY(mutex_);
  std::string problem_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
