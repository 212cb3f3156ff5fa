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

// Builds a policy. `bundle` is the CA bundle's ConfigMap; nullptr where there is none yet, which gives a
// policy without a CA. A bundle that does not parse is an error. A registry of plain HTTP has no CA, so its
// policy has no hosts.
Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const json::Value* bundle);

// Holds the current policy. Thread-safe.
class PolicyHolder {
 public:
  explicit PolicyHolder(names::Installation installation);

  // Builds a policy from the objects. Objects that do not parse leave the policy unchanged and are logged
  // once. Returns the new policy if it differs from the current one, else nullptr.
  std::shared_ptr<const inject::RenderedPolicy> update(const json::Value* settings_secret,
                                                       const json::Value* bundle);

  // nullptr until there are settings.
  std::shared_ptr<const inject::RenderedPolicy> get() const;
  // The settings from which the policy was built; nullptr as long as get() is.
  std::shared_ptr<const settings::Settings> settings() const;

 private:
  const names::Installation installation_;
  mutable Mutex mutex_;
  std::shared_ptr<const inject::RenderedPolicy> policy_ GUARDED_BY(mutex_);
  std::shared_ptr<const settings::Settings> settings_ GUARDED_BY(mutex_);
  std::string problem_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
