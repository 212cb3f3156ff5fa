#include "controller/policy.h"

#include <utility>

#include "base/log.h"
#include "controller/objects.h"
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
  return std::move(parsed->settings);
}

Result<inject::Policy> build_policy(const names::Installation& installation,
                                    const settings::Settings& settings, const json::Value* bundle) {
  if (!settings.https_enabled) {
    inject::Policy none;
    none.installation = installation.name;
    return none;
  }
  const std::string_view pem =
      bundle == nullptr ? std::string_view() : json::string_at(*bundle, {"data", names::kBundleKey});
  auto policy = inject::make_policy({.installation = installation,
                                     .address = settings.service_cluster_ip,
                                     .cluster_domain = settings.cluster_domain,
                                     .extra_hosts = settings.extra_hosts,
                                     .excluded_namespaces = settings.excluded_namespaces,
                                     .namespaces_by_label = settings.namespaces_by_label,
                                     .pull_secret_namespaces = settings.inject_pull_secret
                                                                   ? settings.pull_secret_namespaces
                                                                   : std::vector<std::string>(),
                                     .bundle = std::string(pem),
                                     .expected_subject_hash = expected_subject_hash(installation, settings)});
  if (!policy) return fail(std::move(policy.error()), "ConfigMap " + installation.ca_bundle());
  return policy;
}

PolicyHolder::PolicyHolder(names::Installation installation) : installation_(std::move(installation)) {}

std::shared_ptr<const inject::RenderedPolicy> PolicyHolder::update(const json::Value* settings_secret,
                                                                   const json::Value* bundle) {
  // Deleted by an uninstall or by mistake: the last policy stays.
  if (settings_secret == nullptr) return nullptr;
  auto settings = read_settings(*settings_secret);
  auto built = settings ? build_policy(installation_, *settings, bundle) : tl::unexpected(settings.error());
  const MutexLock lock(mutex_);
  if (!built) {
    if (problem_ != built.error().message) {
      log::error("cannot use the new settings: the previous settings stay in use",
                 {{"error", built.error()}});
    }
    problem_ = built.error().message;
    return nullptr;
  }
  problem_.clear();
  settings_ = std::make_shared<const settings::Settings>(std::move(*settings));
  if (policy_ != nullptr && policy_->policy == *built) return nullptr;
  policy_ = std::make_shared<const inject::RenderedPolicy>(std::move(*built));
  return policy_;
}

std::shared_ptr<const inject::RenderedPolicy> PolicyHolder::get() const {
  const MutexLock lock(mutex_);
  return policy_;
}

std::shared_ptr<const settings::Settings> PolicyHolder::settings() const {
  const MutexLock lock(mutex_);
  return settings_;
}

}  // namespace connected_registry::controller
