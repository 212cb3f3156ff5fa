#include "trust/agent/decommission.h"

#include "base/stop.h"

namespace connected_registry::trust {
namespace {

constexpr std::chrono::milliseconds kInterval{500};

bool is_gone(const Error& error) {
  // Missing rights were deleted with the release.
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kPermissionDenied ||
         error.code == ErrorCode::kUnauthenticated;
}

bool is_being_deleted(const json::Value& object) {
  return !json::string_at(object, {"metadata", "deletionTimestamp"}).empty();
}

struct Answer {
  bool known = true;  // the API server answered
  std::optional<std::string> reason;
};

Answer ask(kube::Client& client, const DecommissionRequest& request) {
  const names::Installation& installation = request.installation;
  const auto daemon_set = client.get(kube::kDaemonSets, installation.namespace_, installation.trust_agent());
  if (!daemon_set) {
    if (is_gone(daemon_set.error())) return {.reason = "the release is gone"};
    return {.known = false, .reason = std::nullopt};
  }
  if (is_being_deleted(*daemon_set)) return {.reason = "the release is being deleted"};
  const auto namespace_ = client.get(kube::kNamespaces, "", installation.namespace_);
  if (namespace_ && is_being_deleted(*namespace_)) return {.reason = "the namespace is being deleted"};
  const auto self = client.get(kube::kNodes, "", request.node);
  if (self && !selects(*daemon_set, *self)) {
    return {.reason = "this node no longer matches the node selector of the agent"};
  }
  return {.reason = std::nullopt};
}

}  // namespace

bool selects(const json::Value& daemon_set, const json::Value& node) {
  const json::Value* const selector = json::find(daemon_set, {"spec", "template", "spec", "nodeSelector"});
  if (selector == nullptr || !selector->IsObject()) return true;
  for (auto label = selector->MemberBegin(); label != selector->MemberEnd(); ++label) {
    const std::string_view required = label->value.IsString() ? json::view(label->value) : std::string_view();
    if (json::string_at(node, {"metadata", "labels", json::view(label->name)}) != required) return false;
  }
  return true;
}

std::optional<std::string> reason_to_decommission(kube::Client& client, const DecommissionRequest& request,
                                                  const std::stop_token& abort) {
  const auto deadline = std::chrono::steady_clock::now() + request.timeout;
  while (true) {
    const Answer answer = ask(client, request);
    if (answer.known) return answer.reason;
    if (std::chrono::steady_clock::now() + kInterval > deadline || !wait_for(abort, kInterval))
      return std::nullopt;
  }
}

}  // namespace connected_registry::trust
