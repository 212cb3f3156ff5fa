// From what is in the cluster to what the webhook does with pods.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "contract/names.h"
#include "inject/prepared_policy.h"
#include "settings/settings.h"

namespace connected_registry::controller {

// settings.json of the settings Secret, parsed.
Result<settings::Settings> read_settings(const json::Value& settings_secret);

// `bundle` is the CA bundle's ConfigMap, or nullptr where there is none yet: then a policy without a CA. A
// bundle that cannot be read is an error.
// A registry of plain HTTP has no CA to give: its policy names no hosts.
Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const json::Value* bundle);

// The policy of the moment. Thread-safe.
class CurrentPolicyHolder {
 public:
  explicit CurrentPolicyHolder(names::Installation installation);

  // Takes what the objects say. What cannot be read leaves the policy as it was, and is logged once. Returns
  // the new policy if it is another than before, else nullptr.
  std::shared_ptr<const inject::PreparedPolicy> update(const json::Value* settings_secret,
                                                       const json::Value* bundle);

  // nullptr until there are settings.
  std::shared_ptr<const inject::PreparedPolicy> get() const;
  // What the policy was built from; nullptr as long as get() is.
  std::shared_ptr<const settings::Settings> settings() const;

 private:
  const names::Installation installation_;
  mutable Mutex mutex_;
  std::shared_ptr<const inject::PreparedPolicy> policy_ GUARDED_BY(mutex_);
  std::shared_ptr<const settings::Settings> settings_ GUARDED_BY(mutex_);
  std::string problem_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
