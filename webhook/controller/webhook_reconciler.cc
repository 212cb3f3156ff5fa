#include "controller/webhook_reconciler.h"

#include <optional>

#include "base/log.h"
#include "controller/webhook_configurations.h"

namespace connected_registry::controller {

WebhookReconciler::WebhookReconciler(ReconcilerContext& context)
    : context_(context), configurations_(context.client, [&context] { context.wakeup.wake(); }) {
  const std::string name = context.installation.webhook_configuration();
  configurations_.watch(kube::kMutatingWebhooks, "", name);
  configurations_.watch(kube::kValidatingWebhooks, "", name);
}

bool WebhookReconciler::reconcile() {
  // The caBundle first: it contains a CA before that signs the served certificate.
  const bool complete = ensure_ca_bundles();
  return ensure_serving_certificate() && complete;
}

bool WebhookReconciler::ensure_ca_bundles() {
  const auto serving = context_.shared.get(kube::kSecrets, context_.installation.webhook_tls_secret());
  if (serving.object == nullptr) return serving.known;
  const auto material = read_serving_secret(*serving.object);
  if (!material) return true;  // about to be replaced
  const bool mutating = ensure_ca_bundle(kube::kMutatingWebhooks, material->ca_crt);
  return ensure_ca_bundle(kube::kValidatingWebhooks, material->ca_crt) && mutating;
}

bool WebhookReconciler::ensure_ca_bundle(const kube::Resource& resource, const std::string& bundle) {
  const std::string name = context_.installation.webhook_configuration();
  const auto observed = configurations_.get(resource, name);
  if (!observed.known) return false;
  const std::string subject = "caBundle of " + std::string(resource.kind) + " " + name;
  if (observed.object == nullptr) {
    context_.progress.waiting(subject, "it does not exist");
    return true;
  }
  const auto patch = ca_bundle_patch(*observed.object, bundle);
  if (patch.Empty()) {
    context_.progress.done(subject);
    return true;
  }
  return context_.write_once(subject, observed, json::to_text(patch), [&] {
    return context_.client.patch(resource, "", name, kube::PatchType::kJson, patch);
  });
}

bool WebhookReconciler::ensure_serving_certificate() {
  const auto observed = context_.shared.get(kube::kSecrets, context_.installation.webhook_tls_secret());
  if (!observed.known) return false;
  const std::string subject = "serving certificate";
  std::optional<ServingMaterial> current;
  if (observed.object != nullptr) {
    // A Secret that does not parse counts as empty material, and is replaced.
    current = read_serving_secret(*observed.object).value_or(ServingMaterial());
  }
  const auto plan = plan_serving_certificate(
      current, webhook_service_names(context_.installation, context_.cluster_domain), context_.clock());
  if (!plan) {
    context_.progress.failed(subject, plan.error().message);
    return false;
  }
  if (!plan->has_value()) return ensure_serving_metadata(*current, observed);
  // Every plan has another certificate, so plans are not compared: a pending write counts as the same.
  return context_.write_once(subject, observed, "", [&] { return write_serving_secret(**plan, observed); });
}

// An earlier version gave the Secret other owners. The material stays the same.
bool WebhookReconciler::ensure_serving_metadata(const ServingMaterial& current,
                                                const kube::CachedObject& observed) {
  json::Document secret = render_serving_secret(context_.installation, current, context_.owners);
  if (covers(*observed.object, secret)) return true;
  return context_.write_once("owners of the serving certificate", observed, "",
                             [&] { return apply_serving_secret(std::move(secret), *observed.object); });
}

Result<json::Document> WebhookReconciler::write_serving_secret(const ServingPlan& plan,
                                                               const kube::CachedObject& observed) {
  const std::string& namespace_ = context_.installation.namespace_;
  log::info("new serving certificate", {{"reason", plan.reason}});
  json::Document secret = render_serving_secret(context_.installation, plan.material, context_.owners);
  // A forced apply would replace the certificate that another leader created meanwhile and that is already
  // served.
  if (observed.object == nullptr) {
    return context_.client.claim(kube::kSecrets, namespace_, secret, context_.identity);
  }
  return apply_serving_secret(std::move(secret), *observed.object);
}

Result<json::Document> WebhookReconciler::apply_serving_secret(json::Document secret,
                                                               const json::Value& observed) {
  auto& allocator = secret.GetAllocator();
  json::set(json::object_at(secret, "metadata", allocator), "resourceVersion",
            json::string_at(observed, {"metadata", "resourceVersion"}), allocator);
  return context_.client.apply(kube::kSecrets, context_.installation.namespace_, secret);
}

}  // namespace connected_registry::controller
