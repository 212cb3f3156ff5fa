// Reconciles the webhook's serving certificate and the caBundle of its webhook configurations.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "controller/reconciler_context.h"
#include "controller/serving_certificate.h"
#include "kube/object_cache.h"
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
  bool ensure_serving_metadata(const ServingMaterial& current, const kube::CachedObject& observed);
  Result<json::Document> write_serving_secret(const ServingPlan& plan, const kube::CachedObject& observed);
  // Fails with kConflict if the Secret has changed since it was observed.
  Result<json::Document> apply_serving_secret(json::Document secret, const json::Value& observed);

  ReconcilerContext& context_;
  kube::ObjectCache configurations_;
};

}  // namespace connected_registry::controller
