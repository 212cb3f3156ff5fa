#include "trust/agent_step.h"

#include <string>
#include <utility>
#include <vector>

#include "trust/marker.h"
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

// The files are in place; whether the node trusts the registry by them.
NodeStatus judge(const NodeStatus& status, const RegistryDocument& registry, const RuntimeWants& wants,
                 const Outcome& outcome, const AgentDeeds& deeds) {
  std::vector<std::string> wrong = outcome.problems;
  wrong.insert(wrong.end(), wants.to_do.begin(), wants.to_do.end());
  if (!wrong.empty()) return with(status, NodeState::kFailed, joined(wrong));
  if (wants.after_restart) {
    if (const auto restarted = deeds.restart(); !restarted) {
      const bool passing = restarted.error().code == ErrorCode::kUnavailable;
      return with(status, passing ? NodeState::kWaiting : NodeState::kFailed, restarted.error().message);
    }
  }
  const bool plain = registry.scheme == Scheme::kHttp;
  std::string message = plain ? "reads " + registry.address + " over plain HTTP, which is unencrypted"
                              : "trusts " + registry.address;
  for (const std::string& note : wants.notes) message += "; " + note;
  for (const std::string& left : outcome.left) message += "; " + left;
  return with(status, NodeState::kTrusted, std::move(message));
}

}  // namespace

NodeStatus take_down(const NodeStatus& previous, const AgentDeeds& deeds, const std::string& reason) {
  const Outcome removed = deeds.remove_files();
  if (!removed.good()) {
    return with(previous, NodeState::kFailed, "cannot remove the trust files: " + joined(removed.problems));
  }
  const std::string left = joined(removed.left);
  return with(NodeStatus(), NodeState::kRemoved,
              reason + ": " + (left.empty() ? "nothing is left on this node" : left));
}

NodeStatus take_step(const names::Installation& installation, const json::Value* bundle,
                     const NodeStatus& previous, const AgentDeeds& deeds, TimePoint now) {
  if (bundle == nullptr) {
    return with(previous, NodeState::kWaiting,
                "there is no ConfigMap " + installation.ca_bundle() +
                    ": the controller writes it once the registry has a certificate");
  }
  if (is_uninstalling(*bundle, now)) return take_down(previous, deeds, "uninstalling");
  const std::string pem(json::string_at(*bundle, {"data", names::kBundleKey}));
  const auto registry = parse_registry_document(json::string_at(*bundle, {"data", names::kRegistryKey}));
  if (!registry) {
    return with(previous, NodeState::kFailed,
                "ConfigMap " + installation.ca_bundle() + ": " + registry.error().message);
  }
  const ProbeRequest request{.registry = *registry, .bundle = pem};
  const auto authority = deeds.probe(request);
  if (!authority) {
    const bool unreadable = authority.error().code == ErrorCode::kInvalidArgument;
    return with(previous, unreadable ? NodeState::kFailed : NodeState::kWaiting, authority.error().message);
  }
  const RuntimeWants wants = deeds.plan(*registry, pem);
  const Outcome outcome = deeds.ensure_files(wants);
  NodeStatus status = previous;
  status.verified = now;
  status.authority = *authority;
  status.runtimes = wants.found;
  if (outcome.good()) {
    status.files = wants.files.size();
    status.bundle_sha256 = sha256_hex(pem);
  }
  return judge(status, *registry, wants, outcome, deeds);
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
  const NodeStatus& before = reported->status;
  if (before.state != status.state || before.bundle_sha256 != status.bundle_sha256) return true;
  if (before.runtimes != status.runtimes || before.authority != status.authority) return true;
  const auto age = now - reported->time;
  if (reported->status.message != status.message) return age >= kMessageAge;
  return reported->status.verified != status.verified && age >= kRenewal;
}

}  // namespace connected_registry::trust
