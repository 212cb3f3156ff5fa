// Builds the injection policy from the settings and the CAs, and publishes it for the webhook.
#pragma once

#include <memory>
#include <string>

#include "base/json.h"
#include "base/mutex.h"
#include "base/result.h"
#include "contract/names.h"
#include "controller/objects.h"
#include "controller/published_map.h"
#include "controller/reconciler_context.h"
#include "inject/policy.h"
#include "settings/settings.h"

namespace connected_registry::controller {

// Parses settings.json of the settings Secret. The annotation names::kFreezeAnnotation sets Settings::freeze.
Result<settings::Settings> read_settings(const json::Value& settings_secret);

// Builds a policy. `bundle` has the CAs that clients trust, as PEM, and may be empty. Fails if the bundle
// cannot be parsed. If the registry uses plain HTTP, there is no CA, and the policy has no hosts. Pure
// function.
Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const std::string& bundle);

// Renders the ConfigMap with the policy. Pure function.
json::Document render_policy(const names::Installation& installation, const inject::Policy& policy,
                             const Owners& owners);

// Publishes the policy. `context` must outlive this object.
class PolicyReconciler {
 public:
  explicit PolicyReconciler(ReconcilerContext& context);

  // Builds the policy and makes the ConfigMap equal to it. Returns true if there is nothing more to do until
  // a watch delivers a change. Call it from one thread.
  bool reconcile(const settings::Settings& settings, const std::string& bundle);

  // Returns the current policy, or nullptr before the first reconcile(). The pointer changes only with the
  // content. Thread-safe.
  std::shared_ptr<const inject::Policy> policy() const;

 private:
  ReconcilerContext& context_;
  PublishedMap map_;
  mutable Mutex mutex_;
  std::shared_ptr<const inject::Policy> policy_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
