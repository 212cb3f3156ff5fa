#include "controller/policy.h"

#include <utility>

#include "base/log.h"
#include "controller/objects.h"
#include "kube/secret.h"
#include "x509/certificate.h"

namespace connected_registry::controller {
namespace {

constexpr std::string_view kSettingsKey = "settings.json";

bool equal(const inject::Policy& left, const inject::Policy& right) {
  return left.installation == right.installation && left.address == right.address &&
         left.hosts == right.hosts && left.directory_hosts == right.directory_hosts &&
         left.excluded_namespaces == right.excluded_namespaces &&
         left.namespaces_by_label == right.namespaces_by_label &&
         left.pull_secret_namespaces == right.pull_secret_namespaces && left.bundle == right.bundle &&
         left.subject_hashes == right.subject_hashes;
}

// Of cert-manager's CA, which always has the same subject; a user's own is known once it is there.
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
  // Only what the form itself forbids: who got past the webhook with less must not lose the registry.
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

CurrentPolicyHolder::CurrentPolicyHolder(names::Installation installation)
    : installation_(std::move(installation)) {}

std::shared_ptr<const inject::PreparedPolicy> CurrentPolicyHolder::update(const json::Value* settings_secret,
                                                                          const json::Value* bundle) {
  // Gone at an uninstall, or deleted by mistake: what was known last is the best there is.
  if (settings_secret == nullptr) return nullptr;
  auto settings = read_settings(*settings_secret);
  auto built = settings ? build_policy(installation_, *settings, bundle) : tl::unexpected(settings.error());
  const MutexLock lock(mutex_);
  if (!built) {
    if (problem_ != built.error().message) {
      log::error("cannot use the settings: the former stay in force", {{"error", built.error()}});
    }
    problem_ = built.error().message;
    return nullptr;
  }
  problem_.clear();
  settings_ = std::make_shared<const settings::Settings>(std::move(*settings));
  if (policy_ != nullptr && equal(*policy_, *built)) return nullptr;
  policy_ = std::make_shared<const inject::PreparedPolicy>(std::move(*built));
  return policy_;
}

std::shared_ptr<const inject::PreparedPolicy> CurrentPolicyHolder::get() const {
  const MutexLock lock(mutex_);
  return policy_;
}

std::shared_ptr<const settings::Settings> CurrentPolicyHolder::settings() const {
  const MutexLock lock(mutex_);
  return settings_;
}

}  // namespace connected_registry::controller
