#include "trust/agent/decommission.h"

#include <chrono>
#include <thread>

namespace connected_registry::trust {
namespace {

constexpr int kTries = 5;
constexpr std::chrono::milliseconds kInterval{500};

bool is_gone(const Error& error) {
  // Without rights, they went with the release.
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kPermissionDenied ||
         error.code == ErrorCode::kUnauthenticated;
}

bool is_going(const json::Value& object) {
  return !json::string_at(object, {"metadata", "deletionTimestamp"}).empty();
}

std::optional<std::string> look(kube::Client& client, const names::Installation& installation,
                                const std::string& node, bool& known) {
  known = true;
  const auto daemon_set = client.get(kube::kDaemonSets, installation.namespace_, installation.trust_agent());
  if (!daemon_set) {
    if (is_gone(daemon_set.error())) return "the release is gone";
    known = false;
    return std::nullopt;
  }
  if (is_going(*daemon_set)) return "the release goes";
  const auto namespace_ = client.get(kube::kNamespaces, "", installation.namespace_);
  if (namespace_ && is_going(*namespace_)) return "the namespace goes";
  const auto self = client.get(kube::kNodes, "", node);
  if (self && !selects(*daemon_set, *self)) return "this node is not chosen any more";
  return std::nullopt;
}

}  // namespace

bool selects(const json::Value& daemon_set, const json::Value& node) {
  const json::Value* const selector = json::find(daemon_set, {"spec", "template", "spec", "nodeSelector"});
  if (selector == nullptr || !selector->IsObject()) return true;
  for (auto label = selector->MemberBegin(); label != selector->MemberEnd(); ++label) {
    const std::string_view wanted = label->value.IsString() ? json::view(label->value) : std::string_view();
    if (json::string_at(node, {"metadata", "labels", json::view(label->name)}) != wanted) return false;
  }
  return true;
}

std::optional<std::string> reason_to_decommission(kube::Client& client,
                                                  const names::Installation& installation,
                                                  const std::string& node) {
  for (int tries = 0; tries < kTries; ++tries) {
    bool known = false;
    auto reason = look(client, installation, node, known);
    if (known) return reason;
    std::this_thread::sleep_for(kInterval);
  }
  return std::nullopt;
}

}  // namespace connected_registry::trust
