#include "controller/registry_reconciler.h"

#include <utility>

#include "base/log.h"
#include "base/sha256.h"
#include "controller/events.h"
#include "controller/node_reports.h"

namespace connected_registry::controller {
namespace {

std::string describe(const DesiredObject& desired) {
  return std::string(desired.resource.kind) + " " + desired.name;
}

std::string explain(const Error& error) {
  if (error.code == ErrorCode::kNotFound) {
    return "the cluster does not have cert-manager's kinds yet: " + error.message;
  }
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout) {
    return "cert-manager does not answer yet: " + error.message;
  }
  return error.message;
}

}  // namespace

RegistryReconciler::RegistryReconciler(ReconcilerContext& context, const RotationTimes& rotation)
    : context_(context),
      rotation_(rotation),
      bundle_map_(context, context.installation.ca_bundle(), "BundleChanged"),
      objects_(context.client, [&context] { context.wakeup.wake(); }) {
  const names::Installation& installation = context.installation;
  objects_.watch(kube::kSecrets, installation.namespace_, installation.source_secret());
  objects_.watch(kube::kSecrets, installation.namespace_, installation.active_secret());
}

bool RegistryReconciler::reconcile(const settings::Settings& settings) {
  const bool by_cert_manager =
      settings::certificate_source(settings) == settings::CertificateSource::kCertManager;
  const bool complete = by_cert_manager ? ensure_certificates(settings) : delete_certificates(settings);
  const bool active =
      settings.https_enabled ? reconcile_active_tls(settings) : reconcile_plain_http(settings);
  return active && complete;
}

bool RegistryReconciler::ensure_certificates(const settings::Settings& settings) {
  const auto objects = certificate_objects({.installation = context_.installation,
                                            .address = settings.service_cluster_ip,
                                            .cluster_domain = settings.cluster_domain,
                                            .extra_hosts = settings.extra_hosts,
                                            .owners = context_.owners});
  bool complete = true;
  for (const DesiredObject& desired : objects) complete = ensure_object(desired) && complete;
  return complete;
}

bool RegistryReconciler::ensure_object(const DesiredObject& desired) {
  const std::string subject = describe(desired);
  const auto current = context_.client.get(desired.resource, context_.installation.namespace_, desired.name);
  if (current) {
    // cert-manager's webhook may write a value in another form. The resourceVersion shows that nothing has
    // changed since our apply.
    const std::string_view version = json::string_at(*current, {"metadata", "resourceVersion"});
    const auto applied = applied_versions_.find(subject);
    if (covers(*current, desired.object) ||
        (applied != applied_versions_.end() && applied->second == version)) {
      context_.progress.done(subject);
      return true;
    }
  }
  const Result<json::Document> result =
      context_.client.apply(desired.resource, context_.installation.namespace_, desired.object);
  if (!result) {
    context_.progress.waiting(subject, explain(result.error()));
    return false;
  }
  applied_versions_[subject] = std::string(json::string_at(*result, {"metadata", "resourceVersion"}));
  return context_.log_write(subject, result);
}

// Deletes the objects of ensure_certificates() and the Secrets that cert-manager made for them, after the
// settings have got another source.
bool RegistryReconciler::delete_certificates(const settings::Settings& settings) {
  const names::Installation& installation = context_.installation;
  const std::string name = installation.source_secret();
  const auto source = objects_.get(kube::kSecrets, name);
  if (!source.known) return false;
  // The cached Secret shows whether there is anything to delete. A user's own Secret stays.
  constexpr std::string_view kIssuedFor = "cert-manager.io/certificate-name";
  if (source.object == nullptr || settings.tls.secret == name ||
      json::string_at(*source.object, {"metadata", "annotations", kIssuedFor}) !=
          installation.certificate()) {
    return true;
  }
  // Certificates first: cert-manager recreates the Secrets as long as the Certificates exist.
  const std::vector<std::pair<kube::Resource, std::string>> objects{
      {kube::kCertificates, installation.certificate()},
      {kube::kCertificates, installation.ca()},
      {kube::kIssuers, installation.ca()},
      {kube::kIssuers, installation.self_signed_issuer()},
      {kube::kSecrets, installation.ca()},
      {kube::kSecrets, name},
  };
  for (const auto& [resource, each] : objects) {
    const std::string subject = "deleting " + std::string(resource.kind) + " " + each;
    const auto deleted = context_.client.remove(resource, installation.namespace_, each);
    if (!deleted && deleted.error().code != ErrorCode::kNotFound) {
      context_.progress.failed(subject, deleted.error().message);
      return false;
    }
    context_.progress.done(subject);
  }
  log::info("deleted cert-manager's objects: the registry's certificate has another source now");
  return true;
}

bool RegistryReconciler::reconcile_plain_http(const settings::Settings& settings) {
  const auto bundle = context_.shared.get(kube::kConfigMaps, context_.installation.ca_bundle());
  if (!bundle.known) return false;
  trusted_bundle_ = "";
  return ensure_bundle({}, settings, bundle);
}

kube::CachedObject RegistryReconciler::watch_user_secret(const std::string& name) {
  if (user_secret_name_ != name) {
    user_secret_name_ = name;
    user_secret_ = std::make_unique<kube::ObjectCache>(context_.client, [this] { context_.wakeup.wake(); });
    user_secret_->watch(kube::kSecrets, context_.installation.namespace_, name);
  }
  return user_secret_->get(kube::kSecrets, name);
}

CertificateState RegistryReconciler::read_certificate_values(const settings::Settings& settings) {
  CertificateState state;
  state.subject = "the settings (tls.crt, tls.key, tls.cacrt)";
  state.known = true;
  state.object = context_.shared.get(kube::kSecrets, context_.installation.settings_secret()).object;
  if (auto read = read_tls_values(settings)) {
    state.material = std::move(*read);
  } else {
    state.problem = read.error().message;
  }
  return state;
}

CertificateState RegistryReconciler::observe_certificate(const settings::Settings& settings) {
  const auto source = settings::certificate_source(settings);
  if (source == settings::CertificateSource::kValues) return read_certificate_values(settings);
  const bool is_users = source == settings::CertificateSource::kSecret;
  const std::string name = is_users ? settings.tls.secret : context_.installation.source_secret();
  const kube::CachedObject observed = is_users ? watch_user_secret(name) : objects_.get(kube::kSecrets, name);
  CertificateState state;
  state.subject = "Secret " + name;
  state.known = observed.known;
  state.object = observed.object;
  if (observed.object == nullptr) return state;
  auto read = read_tls_secret(*observed.object);
  if (read) {
    state.material = std::move(*read);
  } else {
    state.problem = read.error().message;
  }
  return state;
}

void RegistryReconciler::report_certificate(const CertificateState& state, const std::string& refused) {
  const std::string subject = "the registry's certificate in " + state.subject;
  if (!refused.empty()) {
    if (context_.progress.failed(subject, refused)) record_refused_event(*state.object, refused);
  } else if (state.object == nullptr) {
    context_.progress.waiting(subject, "it does not exist yet");
  } else {
    context_.progress.done(subject);
  }
}

bool RegistryReconciler::reconcile_active_tls(const settings::Settings& settings) {
  const names::Installation& installation = context_.installation;
  const CertificateState certificate = observe_certificate(settings);
  const auto active = objects_.get(kube::kSecrets, installation.active_secret());
  const auto bundle = context_.shared.get(kube::kConfigMaps, installation.ca_bundle());
  if (!certificate.known || !active.known || !bundle.known) return false;
  ActiveInput input{.source = certificate.material,
                    .active = std::nullopt,
                    .trusted = {},
                    .address = settings.service_cluster_ip,
                    .now = context_.clock(),
                    .times = rotation_,
                    .frozen = settings.freeze,
                    .unconfirmed = [this](const std::string& pem) { return read_unconfirmed_nodes(pem); }};
  if (active.object != nullptr) {
    if (auto read = read_tls_secret(*active.object)) input.active = std::move(*read);
    input.trusted = observe_trust_record(*active.object, bundle.object.get());
  }
  const ActivePlan plan = plan_active_tls(input);
  report_certificate(certificate, certificate.problem.empty() ? plan.refused : certificate.problem);
  trusted_bundle_ = plan.trusted.bundle;
  // Clients trust a CA before the registry serves with it. Without a CA, the ConfigMap is only corrected.
  if (!plan.trusted.bundle.empty() || bundle.object != nullptr) {
    if (!ensure_bundle(plan.trusted, settings, bundle)) return false;
  }
  report_rotation(plan, bundle);
  const std::optional<TlsMaterial>& desired = plan.active ? plan.active : input.active;
  if (!desired) return plan.waiting.empty();
  const bool written = ensure_active_secret(
      render_active_secret(installation, *desired, plan.trusted, context_.owners), active);
  return written && plan.waiting.empty();
}

TrustRecord RegistryReconciler::observe_trust_record(const json::Value& active_secret,
                                                     const json::Value* bundle) {
  const TimePoint now = context_.clock();
  if (auto record = read_trust_record(active_secret, now)) return std::move(*record);
  // Earlier versions kept the record in the ConfigMap. Without an active Secret there was none, so nobody can
  // make a CA trusted by creating the ConfigMap before the first installation.
  return bundle == nullptr ? TrustRecord() : read_former_trust_record(*bundle, now);
}

std::vector<std::string> RegistryReconciler::read_unconfirmed_nodes(const std::string& bundle) {
  const auto reports = read_node_reports(context_.client, context_.installation);
  // Without the reports, no confirmation is known.
  if (!reports) return {"(unknown: " + reports.error().message + ")"};
  return unconfirmed_nodes(*reports, sha256_hex(bundle), context_.clock());
}

void RegistryReconciler::report_rotation(const ActivePlan& plan, const kube::CachedObject& bundle) {
  const std::string subject = "the change of the registry's CA";
  if (!plan.waiting.empty()) {
    context_.progress.waiting(subject, plan.waiting);
  } else {
    context_.progress.done(subject);
  }
  if (plan.warning.empty() || bundle.object == nullptr) return;
  log::warning(plan.warning);
  constexpr std::size_t kDigits = 16;
  const auto event =
      render_warning({.name = context_.installation.ca_bundle() + "-forced-" +
                              sha256_hex(plan.warning + plan.trusted.bundle).substr(0, kDigits),
                      .regarding = *bundle.object,
                      .api_version = kube::kConfigMaps.version,
                      .kind = kube::kConfigMaps.kind,
                      .reason = "NodesLeftBehind",
                      .message = "CA rotation: " + plan.warning + ". Pulls fail there until they do.",
                      .now = context_.clock()});
  static_cast<void>(context_.client.create(kube::kEvents, context_.installation.namespace_, event));
}

bool RegistryReconciler::ensure_bundle(const TrustRecord& trusted, const settings::Settings& settings,
                                       const kube::CachedObject& observed) {
  contract::RegistryDocument registry =
      registry_at(settings.service_cluster_ip,
                  settings.https_enabled ? contract::Scheme::kHttps : contract::Scheme::kHttp);
  registry.frozen = settings.freeze;
  return bundle_map_.ensure(render_bundle(context_.installation, trusted, registry, context_.owners),
                            observed);
}

bool RegistryReconciler::ensure_active_secret(const json::Document& desired,
                                              const kube::CachedObject& active) {
  if (active.object != nullptr && covers(*active.object, desired)) return true;
  // Expectations get a hash, so that no private key stays in memory.
  return context_.write_once(
      "Secret " + context_.installation.active_secret(), active, sha256_hex(json::to_text(desired)),
      [&] { return context_.client.apply(kube::kSecrets, context_.installation.namespace_, desired); });
}

void RegistryReconciler::record_refused_event(const json::Value& secret, const std::string& reason) {
  const names::Installation& installation = context_.installation;
  constexpr std::size_t kDigits = 16;
  // One Event for each reason, from all replicas together.
  const std::string name = installation.source_secret() + "-refused-" + sha256_hex(reason).substr(0, kDigits);
  const auto event = render_warning({.name = name,
                                     .regarding = secret,
                                     .api_version = kube::kSecrets.version,
                                     .kind = kube::kSecrets.kind,
                                     .reason = "CertificateRefused",
                                     .message = "This certificate is not used for the registry: " + reason +
                                                ". The previous certificate stays in use.",
                                     .now = context_.clock()});
  const auto created = context_.client.create(kube::kEvents, installation.namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot create an event", {{"error", created.error()}});
  }
}

}  // namespace connected_registry::controller
