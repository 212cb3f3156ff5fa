#include "trust/agent_step.h"

#include <string>
#include <utility>

#include "trust/registry_document.h"
#include "trust/uninstalling.h"

namespace connected_registry::trust {
namespace {

// What is on the node stays known while the state changes.
NodeStatus with(const NodeStatus& previous, NodeState state, std::string message) {
  NodeStatus status = previous;
  status.state = state;
  status.message = std::move(message);
  return status;
}

NodeStatus take_down(const NodeStatus& previous, const AgentDeeds& deeds) {
  if (const auto removed = deeds.remove_files(); !removed) {
    return with(previous, NodeState::kFailed, "cannot remove the trust files: " + removed.error().message);
  }
  return with(NodeStatus(), NodeState::kRemoved, "uninstalling: nothing is left on this node");
}

}  // namespace

NodeStatus take_step(const names::Installation& installation, const json::Value* bundle,
                     const NodeStatus& previous, const AgentDeeds& deeds, TimePoint now) {
  if (bundle == nullptr) {
    return with(previous, NodeState::kWaiting,
                "there is no ConfigMap " + installation.ca_bundle() +
                    ": the controller writes it once the registry has a certificate");
  }
  if (is_uninstalling(*bundle, now)) return take_down(previous, deeds);
  const std::string pem(json::string_at(*bundle, {"data", names::kBundleKey}));
  const auto registry = parse_registry_document(json::string_at(*bundle, {"data", names::kRegistryKey}));
  if (!registry) {
    return with(previous, NodeState::kFailed,
                "ConfigMap " + installation.ca_bundle() + ": " + registry.error().message);
  }
  const ProbeRequest request{.registry = *registry, .bundle = pem};
  if (const auto answered = deeds.probe(request); !answered) {
    const bool unreadable = answered.error().code == ErrorCode::kInvalidArgument;
    return with(previous, unreadable ? NodeState::kFailed : NodeState::kWaiting, answered.error().message);
  }
  const auto written = deeds.ensure_files(containerd_files(installation, *registry, pem));
  NodeStatus status = previous;
  status.verified = now;
  if (!written) return with(status, NodeState::kFailed, written.error().message);
  status.bundle_sha256 = sha256_hex(pem);
  const bool plain = registry->scheme == Scheme::kHttp;
  return with(status, NodeState::kTrusted,
              plain ? "containerd reads " + registry->address + " over plain HTTP"
                    : "containerd trusts " + registry->address);
}

std::chrono::milliseconds next_look(NodeState state) {
  using std::chrono::seconds;
  switch (state) {
    case NodeState::kWaiting:
      return seconds(1);
    case NodeState::kFailed:
      return seconds(5);
    case NodeState::kTrusted:
    case NodeState::kRemoved:
      return seconds(30);
  }
  return seconds(1);
}

bool must_report(const std::optional<Reported>& reported, const NodeStatus& status, TimePoint now) {
  constexpr std::chrono::seconds kMessageAge{10};
  constexpr std::chrono::seconds kRenewal{55};  // just below two looks, so that every second one renews
  if (!reported) return true;
  if (reported->status.state != status.state || reported->status.bundle_sha256 != status.bundle_sha256)
    return true;
  const auto age = now - reported->time;
  if (reported->status.message != status.message) return age >= kMessageAge;
  return reported->status.verified != status.verified && age >= kRenewal;
}

}  // namespace connected_registry::trust
