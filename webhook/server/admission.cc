#include "server/admission.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/base64.h"
#include "inject/inject.h"
#include "settings/rules.h"
#include "settings/settings.h"

namespace connected_registry::server {
namespace {

using kube::AdmissionRequest;
using kube::AdmissionResponse;

constexpr int kBadRequest = 400;
constexpr int kUnprocessable = 422;
constexpr std::string_view kSettingsKey = "settings.json";
constexpr std::string_view kStatusKey = "injection";

AdmissionResponse denied(int code, std::string message) {
  AdmissionResponse response;
  response.allowed = false;
  response.code = code;
  response.message = std::move(message);
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

AdmissionResponse judge(std::string_view settings_json) {
  const Result<int> version = settings::form_version(settings_json);
  if (!version) return denied(kUnprocessable, version.error().message);
  if (*version != settings::kFormVersion) {
    return allowed("settings.json has form version " + std::to_string(*version) +
                   " and this webhook judges version " + std::to_string(settings::kFormVersion) +
                   ": it was not judged");
  }
  const Result<settings::Settings> parsed = settings::parse(settings_json);
  if (!parsed) return denied(kUnprocessable, parsed.error().message);
  AdmissionResponse response;
  for (const settings::Finding& finding : settings::check(*parsed)) {
    if (finding.severity == settings::Severity::kWarning) {
      response.warnings.push_back(settings::to_line(finding));
      continue;
    }
    response.allowed = false;
    response.code = kUnprocessable;
    response.message.append(response.message.empty() ? "" : "\n").append(settings::to_line(finding));
  }
  return response;
}

template <typename Decide>
HttpResponse answer(std::string_view body, Decide decide) {
  const auto request = kube::parse_admission_review(body);
  if (!request) return {.status = kBadRequest, .body = request.error().message + "\n"};
  return {.content_type = "application/json",
          .body = kube::admission_review_response(request->uid, decide(*request))};
}

}  // namespace

AdmissionResponse mutate(const AdmissionRequest& request, const inject::Policy* policy) {
  const bool creates = request.operation == "CREATE" && request.sub_resource.empty();
  const bool debugs = request.operation == "UPDATE" && request.sub_resource == "ephemeralcontainers";
  if (request.resource != "pods" || (!creates && !debugs)) return allowed();
  if (policy == nullptr)
    return allowed("the webhook has no settings yet, so the registry's CA was not added");
  const auto& excluded = policy->excluded_namespaces;
  if (std::find(excluded.begin(), excluded.end(), request.name_space) != excluded.end()) return allowed();
  auto outcome = creates ? inject::inject_pod(*request.object, *policy)
                         : inject::inject_ephemeral_containers(*request.object, *request.old_object, *policy);
  if (!outcome) return denied(kBadRequest, std::move(outcome).error().message);
  AdmissionResponse response;
  response.patch = std::move(outcome->patch);
  response.warnings = std::move(outcome->warnings);
  response.audit_annotations.emplace(kStatusKey, std::move(outcome->status));
  return response;
}

AdmissionResponse validate(const AdmissionRequest& request) {
  if (request.resource != "secrets") return allowed();
  if (request.operation == "DELETE") {
    return allowed(
        "this Secret holds the registry's settings: without it, the webhook and the controller keep what "
        "they read last and cannot start anew. Restore it with helm upgrade");
  }
  if (request.object == nullptr) return allowed();
  const std::string_view encoded = encoded_settings(request.object);
  if (encoded.empty()) {
    return denied(kUnprocessable, "the Secret has no key settings.json: only helm is meant to write it");
  }
  if (encoded == encoded_settings(request.old_object)) return allowed();
  const Result<std::string> decoded = base64::decode(encoded);
  if (!decoded) return denied(kUnprocessable, "settings.json: " + decoded.error().message);
  return judge(*decoded);
}

Routes admission_routes(CurrentPolicy policy) {
  return {
      {"/mutate",
       [policy = std::move(policy)](const HttpRequest& http) {
         const std::shared_ptr<const inject::Policy> current = policy();
         return answer(http.body, [&current](const AdmissionRequest& request) {
           return mutate(request, current.get());
         });
       }},
      {"/validate", [](const HttpRequest& http) { return answer(http.body, validate); }},
  };
}

}  // namespace connected_registry::server
