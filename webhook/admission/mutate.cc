#include "admission/mutate.h"

#include <algorithm>
#include <string>
#include <utility>

#include "inject/inject.h"

namespace connected_registry::admission {
namespace {

constexpr std::string_view kStatusKey = "injection";

AdmissionResponse bad_request(std::string message) {
  constexpr int kBadRequest = 400;
  AdmissionResponse response;
  response.allowed = false;
  response.code = kBadRequest;
  response.message = std::move(message);
  return response;
}

}  // namespace

AdmissionResponse mutate(const AdmissionRequest& request, const inject::RenderedPolicy* policy) {
  const bool is_creation = request.operation == "CREATE" && request.subresource.empty();
  const bool adds_debug_container =
      request.operation == "UPDATE" && request.subresource == "ephemeralcontainers";
  if (request.resource != "pods" || (!is_creation && !adds_debug_container)) return admit();
  if (policy == nullptr) return admit("the webhook has no policy yet, so the registry's CA was not added");
  if (policy->policy.frozen) return admit();
  const auto& excluded = policy->policy.excluded_namespaces;
  if (std::find(excluded.begin(), excluded.end(), request.namespace_) != excluded.end()) return admit();
  auto result = is_creation
                    ? inject::inject_pod(*request.object, *policy)
                    : inject::inject_ephemeral_containers(*request.object, *request.old_object, *policy);
  if (!result) return bad_request(std::move(result).error().message);
  AdmissionResponse response;
  response.patch = std::move(result->patch);
  response.warnings = std::move(result->warnings);
  response.audit_annotations.emplace(kStatusKey, std::move(result->status));
  return response;
}

}  // namespace connected_registry::admission
