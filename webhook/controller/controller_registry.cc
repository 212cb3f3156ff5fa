// The part of the controller that gives the registry its certificate.
#include <utility>

#include "base/log.h"
#include "controller/active_tls.h"
#include "controller/controller.h"
#include "controller/events.h"
#include "trust/node_status.h"

namespace connected_registry::controller {
namespace {

std::string describe(const WantedObject& wanted) {
  return std::string(wanted.resource.kind) + " " + wanted.name;
}

std::string explain(const Error& error) {
  if (error.code == ErrorCode::kNotFound) {
    return "cert-manager's kinds are not known here yet: " + error.message;
  }
  if (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kTimeout) {
    return "cert-manager does not answer yet: " + error.message;
  }
  return error.message;
}

}  // namespace

bool Controller::keep_certificates(const settings::Settings& settings) {
  const auto objects = certificate_objects({.installation = request_.installation,
                                            .address = settings.service_cluster_ip,
                                            .cluster_domain = settings.cluster_domain,
                                            .owner = request_.owner});
  bool complete = true;
  for (const WantedObject& wanted : objects) complete = keep_object(wanted) && complete;
  return complete;
}

bool Controller::keep_object(const WantedObject& wanted) {
  const std::string subject = describe(wanted);
  const auto current = client_.get(wanted.resource, request_.installation.name_space, wanted.name);
  if (current) {
    // Where a webhook of theirs writes a value in another form, it is equal all the same to what our apply
    // became.
    const std::string_view version = json::string_at(*current, {"metadata", "resourceVersion"});
    const auto applied = applied_versions_.find(subject);
    if (covers(*current, wanted.object) ||
        (applied != applied_versions_.end() && applied->second == version)) {
      progress_.done(subject);
      return true;
    }
  }
  const auto outcome = client_.apply(wanted.resource, request_.installation.name_space, wanted.object);
  if (!outcome) {
    progress_.waiting(subject, explain(outcome.error()));
    return false;
  }
  applied_versions_[subject] = std::string(json::string_at(*outcome, {"metadata", "resourceVersion"}));
  return wrote(subject, outcome);
}

bool Controller::keep_active_tls(const settings::Settings& settings) {
  const names::Installation& installation = request_.installation;
  const auto source = own_.get(kube::kSecrets, installation.source_secret());
  const auto active = own_.get(kube::kSecrets, installation.active_secret());
  const auto bundle = shared_.get(kube::kConfigMaps, installation.ca_bundle());
  if (!source.known || !active.known || !bundle.known) return false;
  ActiveInput input{.source = std::nullopt,
                    .active = std::nullopt,
                    .bundle = {},
                    .address = settings.service_cluster_ip,
                    .now = clock_()};
  std::string refused;
  if (source.object != nullptr) {
    auto read = read_tls_secret(*source.object);
    if (read) input.source = std::move(*read);
    if (!read) refused = read.error().message;
  }
  if (active.object != nullptr) {
    if (auto read = read_tls_secret(*active.object)) input.active = std::move(*read);
  }
  if (bundle.object != nullptr) input.bundle = json::string_at(*bundle.object, {"data", names::kBundleKey});
  const ActivePlan plan = plan_active_tls(input);
  if (refused.empty()) refused = plan.refused;
  const std::string subject = "the registry's certificate in Secret " + installation.source_secret();
  if (!refused.empty()) {
    if (progress_.failed(subject, refused)) report_refused_source(*source.object, refused);
  } else if (source.object == nullptr) {
    progress_.waiting(subject, "it is not there yet");
  } else {
    progress_.done(subject);
  }
  // Trust first, then what needs it.
  if (!plan.bundle.empty() &&
      !keep_bundle(render_bundle(installation, plan.bundle, settings.service_cluster_ip, request_.owner),
                   bundle)) {
    return false;
  }
  return !plan.active ||
         keep_active_secret(render_active_secret(installation, *plan.active, request_.owner), active);
}

bool Controller::keep_bundle(const json::Document& wanted, const CachedObject& cached) {
  if (cached.object != nullptr && covers(*cached.object, wanted)) return true;
  return write_once("ConfigMap " + request_.installation.ca_bundle(), cached, json::to_text(wanted), [&] {
    return client_.apply(kube::kConfigMaps, request_.installation.name_space, wanted);
  });
}

bool Controller::keep_active_secret(const json::Document& wanted, const CachedObject& active) {
  // Told apart by a hash: a private key is kept no longer than it is needed.
  return write_once("Secret " + request_.installation.active_secret(), active,
                    trust::sha256_hex(json::to_text(wanted)),
                    [&] { return client_.apply(kube::kSecrets, request_.installation.name_space, wanted); });
}

void Controller::report_refused_source(const json::Value& source, const std::string& reason) {
  const names::Installation& installation = request_.installation;
  constexpr std::size_t kDigits = 16;
  // One for each reason, however often it is found and by whichever replica.
  const std::string name =
      installation.source_secret() + "-refused-" + trust::sha256_hex(reason).substr(0, kDigits);
  const auto event = render_warning({.name = name,
                                     .regarding = source,
                                     .api_version = kube::kSecrets.version,
                                     .kind = kube::kSecrets.kind,
                                     .reason = "CertificateRefused",
                                     .message = "This certificate is not used for the registry: " + reason +
                                                ". What was used before stays in use.",
                                     .now = clock_()});
  const auto created = client_.create(kube::kEvents, installation.name_space, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot write an event", {{"error", created.error()}});
  }
}

}  // namespace connected_registry::controller
