#include "admission/admission.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "inject/inject.h"
#include "settings/rules.h"
#include "settings/settings.h"
#include "settings/tls_rules.h"

namespace connected_registry::admission {
namespace {

constexpr int kBadRequest = 400;
constexpr int kUnprocessable = 422;
constexpr std::string_view kSettingsKey = "settings.json";
constexpr std::string_view kStatusKey = "injection";

AdmissionResponse bad_request(std::string message) {
  AdmissionResponse response;
  response.allowed = false;
  response.code = kBadRequest;
  response.message = std::move(message);
  return response;
}

// Adds a reason, "WHAT: WHY", to a denial or makes it one.
void deny(AdmissionResponse& response, const std::string& line) {
  constexpr std::string_view kColon = ": ";
  response.allowed = false;
  response.code = kUnprocessable;
  response.message.append(response.message.empty() ? "" : "\n").append(line);
  const std::size_t end = std::min(line.find(kColon), line.size());
  response.causes.push_back(
      {.field = line.substr(0, end), .message = line.substr(std::min(end + kColon.size(), line.size()))});
}

// Settings that nobody can read.
AdmissionResponse unreadable(const std::string& reason) {
  AdmissionResponse response;
  deny(response, reason + ". Fix: change values with helm upgrade, which writes this Secret.");
  return response;
}

AdmissionResponse allowed(std::string warning = {}) {
  AdmissionResponse response;
  if (!warning.empty()) response.warnings.push_back("connected-registry: " + std::move(warning));
  return response;
}

// settings.json as the Secret holds it, still in base64; empty where there is none.
std::string_view encoded_settings(const json::Value* secret) {
  return secret == nullptr ? std::string_view() : json::string_at(*secret, {"data", kSettingsKey});
}

AdmissionResponse respond(const std::vector<settings::Finding>& findings) {
  AdmissionResponse response;
  for (const settings::Finding& finding : findings) {
    if (finding.severity == settings::Severity::kWarning) {
      response.warnings.push_back(settings::to_line(finding));
      continue;
    }
    deny(response, settings::to_line(finding));
  }
  return response;
}

// What the change from the former settings must not do; nothing where those cannot be read.
std::vector<settings::Finding> judge_change(std::string_view former, const settings::Settings& settings) {
  const Result<std::string> decoded = base64::decode(former);
  if (former.empty() || !decoded) return {};
  const auto parsed = settings::parse(*decoded);
  if (!parsed) return {};
  return settings::check_change(parsed->settings, settings);
}

AdmissionResponse judge_settings(std::string_view encoded, std::string_view former, TimePoint now) {
  const Result<std::string> decoded = base64::decode(encoded);
  if (!decoded) return unreadable("settings.json: " + decoded.error().message);
  const Result<int> version = settings::form_version(*decoded);
  if (!version) return unreadable(version.error().message);
  if (*version != settings::kFormVersion) {
    return allowed("settings.json has form version " + std::to_string(*version) +
                   " and this webhook judges version " + std::to_string(settings::kFormVersion) +
                   ": it was not judged");
  }
  auto parsed = settings::parse(*decoded);
  if (!parsed) return unreadable(parsed.error().message);
  std::vector<settings::Finding> findings = std::move(parsed->findings);
  for (auto& more : {settings::check(parsed->settings, now), judge_change(former, parsed->settings)}) {
    findings.insert(findings.end(), more.begin(), more.end());
  }
  settings::sort(findings);
  return respond(findings);
}

bool same_tls(const json::Value& object, const json::Value* old_object) {
  if (old_object == nullptr) return false;
  constexpr std::array<std::string_view, 3> kKeys{"tls.crt", "tls.key", "ca.crt"};
  return std::all_of(kKeys.begin(), kKeys.end(), [&](std::string_view key) {
    return json::string_at(object, {"data", key}) == json::string_at(*old_object, {"data", key});
  });
}

// The one that tls.secret names, and `active`, the controller's copy of what it has found to be good.
AdmissionResponse validate_tls_secret(const AdmissionRequest& request, bool active, std::string_view address,
                                      TimePoint now) {
  if (request.operation == "DELETE") {
    return allowed(active
                       ? "the registry serves with the certificate in this Secret: the controller makes it "
                         "anew from where the certificate comes from"
                       : "the registry's certificate comes from this Secret (tls.secret): what is served "
                         "stays, but is not renewed until the Secret is back");
  }
  if (request.object == nullptr || same_tls(*request.object, request.old_object)) return allowed();
  const auto authority = active ? settings::Authority::kOptional : settings::Authority::kRequired;
  auto findings = settings::check_tls_secret(*request.object, address, now, authority);
  settings::sort(findings);
  AdmissionResponse response = respond(findings);
  if (active && response.allowed) {
    response.warnings.push_back(
        "connected-registry: the controller writes this Secret, and will write it again: change what the "
        "certificate comes from");
  }
  return response;
}

// The rest of what the webhook is asked about has to do with certificates. One that holds settings under
// another name, such as a copy with our labels, is judged as settings.
bool is_settings_secret(const AdmissionRequest& request, const names::Installation& installation) {
  return request.name == installation.settings_secret() || !encoded_settings(request.object).empty() ||
         !encoded_settings(request.old_object).empty();
}

AdmissionResponse validate_settings_secret(const AdmissionRequest& request, TimePoint now) {
  if (request.operation == "DELETE") {
    return allowed(
        "this Secret holds the registry's settings: without it, the webhook and the controller keep what "
        "they read last and cannot start anew. Restore it with helm upgrade");
  }
  if (request.object == nullptr) return allowed();
  const std::string_view encoded = encoded_settings(request.object);
  if (encoded.empty()) {
    return unreadable("settings.json: it is missing");
  }
  const std::string_view former = encoded_settings(request.old_object);
  return encoded == former ? allowed() : judge_settings(encoded, former, now);
}

}  // namespace

AdmissionResponse mutate(const AdmissionRequest& request, const inject::RenderedPolicy* policy) {
  const bool creates = request.operation == "CREATE" && request.subresource.empty();
  const bool debugs = request.operation == "UPDATE" && request.subresource == "ephemeralcontainers";
  if (request.resource != "pods" || (!creates && !debugs)) return allowed();
  if (policy == nullptr)
    return allowed("the webhook has no settings yet, so the registry's CA was not added");
  const auto& excluded = policy->policy.excluded_namespaces;
  if (std::find(excluded.begin(), excluded.end(), request.namespace_) != excluded.end()) return allowed();
  auto outcome = creates ? inject::inject_pod(*request.object, *policy)
                         : inject::inject_ephemeral_containers(*request.object, *request.old_object, *policy);
  if (!outcome) return bad_request(std::move(outcome).error().message);
  AdmissionResponse response;
  response.patch = std::move(outcome->patch);
  response.warnings = std::move(outcome->warnings);
  response.audit_annotations.emplace(kStatusKey, std::move(outcome->status));
  return response;
}

AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           const settings::Settings* settings, TimePoint now) {
  if (request.resource != "secrets") return allowed();
  if (is_settings_secret(request, installation)) return validate_settings_secret(request, now);
  const bool active = request.name == installation.active_secret();
  return validate_tls_secret(request, active, settings == nullptr ? "" : settings->service_cluster_ip, now);
}

}  // namespace connected_registry::admission
