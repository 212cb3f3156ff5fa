#include "admission/validate.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "settings/rules.h"
#include "settings/tls_rules.h"

namespace connected_registry::admission {
namespace {

constexpr int kUnprocessable = 422;
constexpr std::string_view kSettingsKey = "settings.json";

// Adds a reason, "FIELD: PROBLEM", to a denial or makes the response one.
void deny(AdmissionResponse& response, const std::string& line) {
  constexpr std::string_view kColon = ": ";
  response.allowed = false;
  response.code = kUnprocessable;
  response.message.append(response.message.empty() ? "" : "\n").append(line);
  const std::size_t end = std::min(line.find(kColon), line.size());
  response.causes.push_back(
      {.field = line.substr(0, end), .message = line.substr(std::min(end + kColon.size(), line.size()))});
}

// Denies settings that cannot be read.
AdmissionResponse unreadable(const std::string& reason) {
  AdmissionResponse response;
  deny(response, reason + ". Fix: change values with helm upgrade, which writes this Secret.");
  return response;
}

// Returns the Secret's settings.json, still in base64; empty where there is none.
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

// Returns the findings of the change from the former settings; none where those cannot be read.
std::vector<settings::Finding> check_change_from(std::string_view former,
                                                 const settings::Settings& settings) {
  const Result<std::string> decoded = base64::decode(former);
  if (former.empty() || !decoded) return {};
  const auto parsed = settings::parse(*decoded);
  if (!parsed) return {};
  return settings::check_change(parsed->settings, settings);
}

AdmissionResponse check_settings(std::string_view encoded, std::string_view former, TimePoint now) {
  const Result<std::string> decoded = base64::decode(encoded);
  if (!decoded) return unreadable("settings.json: " + decoded.error().message);
  const Result<int> version = settings::form_version(*decoded);
  if (!version) return unreadable(version.error().message);
  if (*version != settings::kFormVersion) {
    return admit("settings.json has form version " + std::to_string(*version) +
                 " and this webhook checks version " + std::to_string(settings::kFormVersion) +
                 ": the settings were not checked");
  }
  auto parsed = settings::parse(*decoded);
  if (!parsed) return unreadable(parsed.error().message);
  std::vector<settings::Finding> findings = std::move(parsed->findings);
  for (auto& more : {settings::check(parsed->settings, now), check_change_from(former, parsed->settings)}) {
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

// Checks the Secret of tls.secret or, where `active`, the controller's copy of a certificate that it has
// checked.
AdmissionResponse validate_tls_secret(const AdmissionRequest& request, bool active, std::string_view address,
                                      TimePoint now) {
  if (request.operation == "DELETE") {
    return admit(active
                     ? "the registry serves the certificate in this Secret: the controller creates it "
                       "again from the certificate's source"
                     : "the registry's certificate comes from this Secret (tls.secret): the registry keeps "
                       "the certificate that it has, and cannot renew it until the Secret is back");
  }
  if (request.object == nullptr || same_tls(*request.object, request.old_object)) return admit();
  const auto authority = active ? settings::Authority::kOptional : settings::Authority::kRequired;
  auto findings = settings::check_tls_secret(*request.object, address, now, authority);
  settings::sort(findings);
  AdmissionResponse response = respond(findings);
  if (active && response.allowed) {
    response.warnings.push_back(
        "connected-registry: the controller manages this Secret and will overwrite the change: change the "
        "certificate's source instead");
  }
  return response;
}

// All other Secrets that the webhook is asked about have certificates. A Secret with settings under another
// name, such as a copy with the same labels, is checked as settings.
bool is_settings_secret(const AdmissionRequest& request, const names::Installation& installation) {
  return request.name == installation.settings_secret() || !encoded_settings(request.object).empty() ||
         !encoded_settings(request.old_object).empty();
}

AdmissionResponse validate_settings_secret(const AdmissionRequest& request, TimePoint now) {
  if (request.operation == "DELETE") {
    return admit(
        "this Secret has the registry's settings: without it, the webhook and the controller keep the "
        "settings that they read last, and cannot start again. Restore it with helm upgrade");
  }
  if (request.object == nullptr) return admit();
  const std::string_view encoded = encoded_settings(request.object);
  if (encoded.empty()) {
    return unreadable("settings.json: it is missing");
  }
  const std::string_view former = encoded_settings(request.old_object);
  return encoded == former ? admit() : check_settings(encoded, former, now);
}

}  // namespace

AdmissionResponse validate(const AdmissionRequest& request, const names::Installation& installation,
                           std::string_view address, TimePoint now) {
  if (request.resource != "secrets") return admit();
  if (is_settings_secret(request, installation)) return validate_settings_secret(request, now);
  const bool active = request.name == installation.active_secret();
  return validate_tls_secret(request, active, address, now);
}

}  // namespace connected_registry::admission
