// The part of the controller that gives the registry its certificate.
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/sha256.h"
#include "controller/active_tls.h"
#include "controller/controller.h"
#include "controller/events.h"
#include "controller/node_reports.h"

namespace connected_registry::controller {
namespace {

std::string describe(const DesiredObject& wanted) {
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
                                            .extra_hosts = settings.extra_hosts,
                                            .owner = request_.owner});
  bool complete = true;
  for (const DesiredObject& wanted : objects) complete = keep_object(wanted) && complete;
  return complete;
}

bool Controller::keep_object(const DesiredObject& wanted) {
  const std::string subject = describe(wanted);
  const auto current = client_.get(wanted.resource, request_.installation.namespace_, wanted.name);
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
  const auto outcome = client_.apply(wanted.resource, request_.installation.namespace_, wanted.object);
  if (!outcome) {
    progress_.waiting(subject, explain(outcome.error()));
    return false;
  }
  applied_versions_[subject] = std::string(json::string_at(*outcome, {"metadata", "resourceVersion"}));
  return wrote(subject, outcome);
}

// What keep_certificates() made, and what cert-manager made of it, once the certificate comes from elsewhere.
bool Controller::drop_certificates(const settings::Settings& settings) {
  const names::Installation& installation = request_.installation;
  const std::string name = installation.source_secret();
  const auto source = own_.get(kube::kSecrets, name);
  if (!source.known) return false;
  // The Secret tells whether there is anything to drop, without a call. One that is somebody's own stays.
  constexpr std::string_view kIssuedFor = "cert-manager.io/certificate-name";
  if (source.object == nullptr || settings.tls.secret == name ||
      json::string_at(*source.object, {"metadata", "annotations", kIssuedFor}) !=
          installation.certificate()) {
    return true;
  }
  // Certificates first: cert-manager would fill the Secrets again as long as it knows them.
  const std::vector<std::pair<kube::Resource, std::string>> objects{
      {kube::kCertificates, installation.certificate()},
      {kube::kCertificates, installation.ca()},
      {kube::kIssuers, installation.ca()},
      {kube::kIssuers, installation.self_signed_issuer()},
      {kube::kSecrets, installation.ca()},
      {kube::kSecrets, name},
  };
  for (const auto& [resource, each] : objects) {
    const std::string subject = "removing " + std::string(resource.kind) + " " + each;
    const auto removed = client_.remove(resource, installation.namespace_, each);
    if (!removed && removed.error().code != ErrorCode::kNotFound) {
      progress_.failed(subject, removed.error().message);
      return false;
    }
    progress_.done(subject);
  }
  log::info("removed what cert-manager issued: the registry's certificate comes from elsewhere now");
  return true;
}

bool Controller::keep_plain_http(const settings::Settings& settings) {
  const auto bundle = shared_.get(kube::kConfigMaps, request_.installation.ca_bundle());
  if (!bundle.known) return false;
  const auto registry = registry_at(settings.service_cluster_ip, contract::Scheme::kHttp);
  return keep_bundle(render_bundle(request_.installation, "", registry, request_.owner), bundle);
}

CachedObject Controller::follow_secret(const std::string& name) {
  if (followed_ != name) {
    followed_ = name;
    of_user_ = std::make_unique<ObjectCache>(client_, [this] { wakeup_.wake(); });
    of_user_->watch(kube::kSecrets, request_.installation.namespace_, name);
  }
  return of_user_->get(kube::kSecrets, name);
}

Source Controller::look_at_source(const settings::Settings& settings) {
  const names::Installation& installation = request_.installation;
  const auto kind = settings::certificate_source(settings);
  if (kind == settings::CertificateSource::kValues) {
    Source source;
    source.subject = "the settings (tls.crt, tls.key, tls.cacrt)";
    source.known = true;
    source.object = shared_.get(kube::kSecrets, installation.settings_secret()).object;
    if (auto read = read_tls_values(settings)) {
      source.material = std::move(*read);
    } else {
      source.problem = read.error().message;
    }
    return source;
  }
  const bool own = kind == settings::CertificateSource::kSecret;
  const std::string name = own ? settings.tls.secret : installation.source_secret();
  const CachedObject cached = own ? follow_secret(name) : own_.get(kube::kSecrets, name);
  Source source;
  source.subject = "Secret " + name;
  source.known = cached.known;
  source.object = cached.object;
  if (cached.object == nullptr) return source;
  auto read = read_tls_secret(*cached.object);
  if (read) {
    source.material = std::move(*read);
  } else {
    source.problem = read.error().message;
  }
  return source;
}

bool Controller::keep_active_tls(const settings::Settings& settings) {
  const names::Installation& installation = request_.installation;
  const Source source = look_at_source(settings);
  const auto active = own_.get(kube::kSecrets, installation.active_secret());
  const auto bundle = shared_.get(kube::kConfigMaps, installation.ca_bundle());
  if (!source.known || !active.known || !bundle.known) return false;
  ActiveInput input{.source = source.material,
                    .active = std::nullopt,
                    .bundle = {},
                    .since = std::nullopt,
                    .address = settings.service_cluster_ip,
                    .now = clock_(),
                    .times = request_.rotation,
                    .unconfirmed = [this](const std::string& pem) { return unconfirmed_nodes(pem); }};
  if (active.object != nullptr) {
    if (auto read = read_tls_secret(*active.object)) input.active = std::move(*read);
  }
  if (bundle.object != nullptr) {
    input.bundle = json::string_at(*bundle.object, {"data", names::kBundleKey});
    const auto since = parse_time(
        json::string_at(*bundle.object, {"metadata", "annotations", names::kBundleSinceAnnotation}));
    if (since) input.since = *since;
  }
  const ActivePlan plan = plan_active_tls(input);
  const std::string refused = source.problem.empty() ? plan.refused : source.problem;
  const std::string subject = "the registry's certificate in " + source.subject;
  if (!refused.empty()) {
    if (progress_.failed(subject, refused)) report_refused_source(*source.object, refused);
  } else if (source.object == nullptr) {
    progress_.waiting(subject, "it is not there yet");
  } else {
    progress_.done(subject);
  }
  // Trust first, then what needs it.
  const auto registry = registry_at(settings.service_cluster_ip, contract::Scheme::kHttps);
  if (!plan.bundle.empty() &&
      !keep_bundle(render_bundle(installation, plan.bundle, registry, request_.owner, plan.since), bundle)) {
    return false;
  }
  tell_rotation(plan, bundle);
  if (!plan.active) return plan.waiting.empty();
  return keep_active_secret(render_active_secret(installation, *plan.active, request_.owner), active);
}

std::vector<std::string> Controller::unconfirmed_nodes(const std::string& bundle) {
  const auto reports = read_node_reports(client_, request_.installation);
  // Nobody knows: then nobody has confirmed.
  if (!reports) return {"(unknown: " + reports.error().message + ")"};
  const std::string wanted = sha256_hex(bundle);
  constexpr std::chrono::hours kSilent{1};
  std::vector<std::string> missing;
  for (const contract::NodeReport& report : *reports) {
    if (report.status.state == contract::NodeState::kRemoved || report.status.bundle_sha256 == wanted)
      continue;
    // A node that was silent for so long runs no pod; it confirms when it is back.
    if (report.status.verified && clock_() - *report.status.verified > kSilent) continue;
    missing.push_back(report.node);
  }
  return missing;
}

void Controller::tell_rotation(const ActivePlan& plan, const CachedObject& bundle) {
  const std::string subject = "the change of the registry's CA";
  if (!plan.waiting.empty()) {
    progress_.waiting(subject, plan.waiting);
  } else {
    progress_.done(subject);
  }
  if (plan.warning.empty() || bundle.object == nullptr) return;
  log::warning(plan.warning);
  constexpr std::size_t kDigits = 16;
  const auto event =
      render_warning({.name = request_.installation.ca_bundle() + "-forced-" +
                              sha256_hex(plan.warning + plan.bundle).substr(0, kDigits),
                      .regarding = *bundle.object,
                      .api_version = kube::kConfigMaps.version,
                      .kind = kube::kConfigMaps.kind,
                      .reason = "NodesLeftBehind",
                      .message = "CA rotation: " + plan.warning + ". Pulls fail there until they do.",
                      .now = clock_()});
  static_cast<void>(client_.create(kube::kEvents, request_.installation.namespace_, event));
}

bool Controller::keep_bundle(const json::Document& wanted, const CachedObject& cached) {
  if (cached.object != nullptr && covers(*cached.object, wanted)) return true;
  return write_once("ConfigMap " + request_.installation.ca_bundle(), cached, json::to_text(wanted), [&] {
    return client_.apply(kube::kConfigMaps, request_.installation.namespace_, wanted);
  });
}

bool Controller::keep_active_secret(const json::Document& wanted, const CachedObject& active) {
  // Told apart by a hash: a private key is kept no longer than it is needed.
  return write_once("Secret " + request_.installation.active_secret(), active,
                    sha256_hex(json::to_text(wanted)),
                    [&] { return client_.apply(kube::kSecrets, request_.installation.namespace_, wanted); });
}

void Controller::report_refused_source(const json::Value& source, const std::string& reason) {
  const names::Installation& installation = request_.installation;
  constexpr std::size_t kDigits = 16;
  // One for each reason, however often it is found and by whichever replica.
  const std::string name = installation.source_secret() + "-refused-" + sha256_hex(reason).substr(0, kDigits);
  const auto event = render_warning({.name = name,
                                     .regarding = source,
                                     .api_version = kube::kSecrets.version,
                                     .kind = kube::kSecrets.kind,
                                     .reason = "CertificateRefused",
                                     .message = "This certificate is not used for the registry: " + reason +
                                                ". What was used before stays in use.",
                                     .now = clock_()});
  const auto created = client_.create(kube::kEvents, installation.namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot write an event", {{"error", created.error()}});
  }
}

}  // namespace connected_registry::controller
