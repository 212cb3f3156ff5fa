#include "controller/policy.h"

#include <utility>

#include "inject/policy_document.h"
#include "kube/secret.h"
#include "x509/certificate.h"

namespace connected_registry::controller {
namespace {

constexpr std::string_view kSettingsKey = "settings.json";

// cert-manager's CA always has the same subject. The subject of a user's CA is known when the CA exists.
std::string expected_subject_hash(const names::Installation& installation,
                                  const settings::Settings& settings) {
  if (settings::certificate_source(settings) != settings::CertificateSource::kCertManager) return {};
  return x509::subject_hash_of(installation.authority_organization(), names::kAuthorityCommonName);
}

}  // namespace

Result<settings::Settings> read_settings(const json::Value& settings_secret) {
  const auto text = kube::secret_value(settings_secret, kSettingsKey);
  if (!text) return tl::unexpected(text.error());
  const std::string name = "Secret " + std::string(json::string_at(settings_secret, {"metadata", "name"}));
  auto parsed = settings::parse(*text);
  if (!parsed) return fail(std::move(parsed.error()), name);
  // Only findings of the form itself. Settings that break other rules and still passed the webhook must not
  // stop the registry.
  if (!parsed->findings.empty()) {
    return fail(ErrorCode::kInvalidArgument, name + ": " + settings::to_line(parsed->findings.front()));
  }
  if (json::string_at(settings_secret, {"metadata", "annotations", names::kFreezeAnnotation}) == "true") {
    parsed->settings.freeze = true;
  }
  return std::move(parsed->settings);
}

Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const std::string& bundle) {
  if (!settings.https_enabled) {
    inject::Policy none;
    none.installation = installation.name;
    none.address = settings.service_cluster_ip;
    none.frozen = settings.freeze;
    return none;
  }
  auto policy = inject::make_policy({.installation = installation,
                                     .address = settings.service_cluster_ip,
                                     .cluster_domain = settings.cluster_domain,
                                     .extra_hosts = settings.extra_hosts,
                                     .excluded_namespaces = settings.excluded_namespaces,
                                     .namespaces_by_label = settings.namespaces_by_label,
                                     .pull_secret_namespaces = settings.inject_pull_secret
                                                                   ? settings.pull_secret_namespaces
                                                                   : std::vector<std::string>(),
                                     .bundle = bundle,
                                     .expected_subject_hash = expected_subject_hash(installation, settings)});
  if (!policy) return tl::unexpected(std::move(policy).error());
  policy->frozen = settings.freeze;
  return policy;
}

json::Document render_policy(const names::Installation& installation, const inject::Policy& policy,
                             const Owners& owners) {
  json::Document map = make_object(kube::kConfigMaps, installation, installation.policy(), owners);
  auto& allocator = map.GetAllocator();
  json::set(json::object_at(map, "data", allocator), names::kPolicyKey,
            inject::render_policy_document(policy), allocator);
  return map;
}

PolicyReconciler::PolicyReconciler(ReconcilerContext& context)
    : context_(context), map_(context, context.installation.policy(), "PolicyChanged") {}

bool PolicyReconciler::reconcile(const settings::Settings& settings, const std::string& bundle) {
  auto built = build_policy(context_.installation, settings, bundle);
  if (!built) {
    context_.progress.failed("policy", built.error().message);
    return false;
  }
  const auto observed = context_.shared.get(kube::kConfigMaps, context_.installation.policy());
  if (!observed.known) return false;
  const json::Document desired = render_policy(context_.installation, *built, context_.owners);
  {
    const MutexLock lock(mutex_);
    if (policy_ == nullptr || *policy_ != *built) {
      policy_ = std::make_shared<const inject::Policy>(std::move(*built));
    }
  }
  return map_.ensure(desired, observed);
}

std::shared_ptr<const inject::Policy> PolicyReconciler::policy() const {
  const MutexLock lock(mutex_);
  return policy_;
}

}  // namespace connected_registry::controller
