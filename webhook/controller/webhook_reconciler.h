// Reconciles the webhook's serving certificate and the caBundle of its webhook configurations.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "controller/object_cache.h"
#include "controller/reconciler_context.h"
#include "controller/serving_certificate.h"
#include "kube/resource.h"

namespace connected_registry::controller {

// Not thread-safe: use it from one thread. `context` must outlive this object.
class WebhookReconciler {
 public:
  explicit WebhookReconciler(ReconcilerContext& context);

  // Makes the missing changes. Returns true if there is nothing more to do until a watch delivers a change.
  bool reconcile();

 private:
  bool ensure_ca_bundles();
  bool ensure_ca_bundle(const kube::Resource& resource, const std::string& bundle);
  bool ensure_serving_certificate();
  Result<json::Document> write_serving_secret(const ServingPlan& plan, const CachedObject& observed);

  ReconcilerContext& context_;
  ObjectCache configurations_;
};

}  // namespace connected_registry::controller
