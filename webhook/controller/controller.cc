#include "controller/controller.h"

#include <chrono>
#include <thread>
#include <utility>

#include "base/log.h"
#include "base/memory.h"
#include "contract/uninstall_mark.h"
#include "controller/policy.h"
#include "controller/resync_interval.h"
#include "controller/serving_certificate.h"
#include "controller/webhook_configurations.h"

namespace connected_registry::controller {

Controller::Controller(kube::Client& client, const ObjectCache& shared, Wakeup& wakeup,
                       const CurrentPolicy& policy, ControllerRequest request, const Clock& clock)
    : client_(client),
      shared_(shared),
      wakeup_(wakeup),
      request_(std::move(request)),
      clock_(clock),
      pod_watch_(client, policy, pods_, clock),
      live_update_(client, policy, pods_),
      pod_status_(client, pods_,
                  {.installation = request_.installation,
                   .owner = request_.owner,
                   .gauges = request_.pod_gauges,
                   .may_write = [this] { return !is_uninstalling(); }}),
      node_watch_(
          client,
          {.installation = request_.installation, .taint = request_.taint, .gauges = request_.node_gauges},
          clock),
      own_(client, [&wakeup] { wakeup.wake(); }) {}

void Controller::run(const std::stop_token& stop) {
  const names::Installation& installation = request_.installation;
  own_.watch(kube::kSecrets, installation.namespace_, installation.source_secret());
  own_.watch(kube::kSecrets, installation.namespace_, installation.active_secret());
  own_.watch(kube::kMutatingWebhooks, "", installation.webhook_configuration());
  own_.watch(kube::kValidatingWebhooks, "", installation.webhook_configuration());
  const std::jthread watch([&] { pod_watch_.run(stop); });
  const std::jthread update([&] { live_update_.run(stop); });
  const std::jthread status([&] { pod_status_.run(stop); });
  const std::jthread nodes([&] { node_watch_.run(stop); });
  log::info("leading", {{"installation", installation.namespace_ + "/" + installation.name}});
  auto complete_at = std::chrono::steady_clock::now();
  bool is_settled = false;
  do {
    const bool complete = reconcile();
    // The turns up to the first complete one make what later ones find made.
    if (!is_settled) memory::give_back();
    is_settled = is_settled || complete;
    const auto now = std::chrono::steady_clock::now();
    if (complete) complete_at = now;
    const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - complete_at);
    if (!wakeup_.wait(stop, next_resync(complete, lasted))) break;
  } while (true);
  log::info("leading no more");
}

bool Controller::is_uninstalling() const {
  const auto settings = shared_.get(kube::kSecrets, request_.installation.settings_secret());
  return settings.object == nullptr || contract::is_uninstalling(*settings.object, clock_());
}

bool Controller::reconcile() {
  const auto settings_secret = shared_.get(kube::kSecrets, request_.installation.settings_secret());
  if (!settings_secret.known) return false;
  if (settings_secret.object == nullptr) {
    progress_.waiting("settings", "there is no Secret " + request_.installation.settings_secret());
    return true;
  }
  if (contract::is_uninstalling(*settings_secret.object, clock_())) {
    progress_.waiting("the end of the uninstall", "nothing is set up while it goes on");
    return true;
  }
  progress_.done("the end of the uninstall");
  // Before the serving certificate: a CA is in the caBundle before it signs what is served.
  bool complete = keep_webhook_configurations();
  complete = keep_serving_certificate() && complete;
  const auto settings = read_settings(*settings_secret.object);
  if (!settings) {
    progress_.failed("settings", settings.error().message);
    return complete;
  }
  progress_.done("settings");
  if (settings::certificate_source(*settings) == settings::CertificateSource::kCertManager) {
    complete = keep_certificates(*settings) && complete;
  } else {
    complete = drop_certificates(*settings) && complete;
  }
  const bool kept = settings->https_enabled ? keep_active_tls(*settings) : keep_plain_http(*settings);
  return kept && complete;
}

bool Controller::wrote(const std::string& subject, const Result<json::Document>& outcome) {
  if (!outcome) {
    progress_.failed(subject, outcome.error().message);
    return false;
  }
  if (!progress_.done(subject)) log::info("wrote", {{"what", subject}});
  return true;
}

bool Controller::write_once(const std::string& subject, const CachedObject& seen, const std::string& content,
                            const std::function<Result<json::Document>()>& write) {
  switch (recent_.look(subject, seen.revision, content, clock_())) {
    case Expectations::Seen::kSame:
      return true;
    case Expectations::Seen::kOther:
      return false;
    case Expectations::Seen::kNothing:
      break;
  }
  const auto outcome = write();
  if (outcome) recent_.remember(subject, seen.revision, content, clock_());
  return wrote(subject, outcome);
}

bool Controller::keep_serving_certificate() {
  const names::Installation& installation = request_.installation;
  const auto cached = shared_.get(kube::kSecrets, installation.webhook_tls_secret());
  if (!cached.known) return false;
  const std::string subject = "serving certificate";
  std::optional<ServingMaterial> current;
  if (cached.object != nullptr) {
    // Secret values that cannot even be read count as junk, and are replaced.
    current = read_serving_secret(*cached.object).value_or(ServingMaterial());
  }
  auto plan = plan_serving_certificate(current, webhook_service_names(installation, request_.cluster_domain),
                                       clock_());
  if (!plan) {
    progress_.failed(subject, plan.error().message);
    return false;
  }
  if (!plan->has_value()) return true;
  // No two of them are the same: one that was just written is waited for.
  return write_once(subject, cached, "", [&] { return write_serving_secret(**plan, cached); });
}

Result<json::Document> Controller::write_serving_secret(const ServingPlan& plan, const CachedObject& seen) {
  const std::string& namespace_ = request_.installation.namespace_;
  log::info("new serving certificate", {{"reason", plan.reason}});
  json::Document secret = render_serving_secret(request_.installation, plan.material, request_.owner);
  // Not an apply where there is none: whoever comes second must not replace what the first has begun to
  // serve.
  if (seen.object == nullptr) return client_.create(kube::kSecrets, namespace_, secret);
  auto& allocator = secret.GetAllocator();
  json::set(json::object_at(secret, "metadata", allocator), "resourceVersion",
            json::string_at(*seen.object, {"metadata", "resourceVersion"}), allocator);
  return client_.apply(kube::kSecrets, namespace_, secret);
}

bool Controller::keep_webhook_configurations() {
  const auto serving = shared_.get(kube::kSecrets, request_.installation.webhook_tls_secret());
  if (serving.object == nullptr) return serving.known;
  const auto material = read_serving_secret(*serving.object);
  if (!material) return true;  // about to be replaced
  const bool mutating = keep_webhook_configuration(kube::kMutatingWebhooks, material->ca_crt);
  return keep_webhook_configuration(kube::kValidatingWebhooks, material->ca_crt) && mutating;
}

bool Controller::keep_webhook_configuration(const kube::Resource& resource, const std::string& bundle) {
  const std::string name = request_.installation.webhook_configuration();
  const auto cached = own_.get(resource, name);
  if (!cached.known) return false;
  const std::string subject = "caBundle of " + std::string(resource.kind) + " " + name;
  if (cached.object == nullptr) {
    progress_.waiting(subject, "it is not there");
    return true;
  }
  const auto patch = ca_bundle_patch(*cached.object, bundle);
  if (patch.Empty()) {
    progress_.done(subject);
    return true;
  }
  return write_once(subject, cached, json::to_text(patch),
                    [&] { return client_.patch(resource, "", name, kube::PatchType::kJson, patch); });
}

}  // namespace connected_registry::controller
