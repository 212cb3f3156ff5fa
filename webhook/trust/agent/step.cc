#include "trust/agent/step.h"

#include <string>
#include <utility>
#include <vector>

#include "contract/registry_document.h"
#include "contract/uninstall_mark.h"
#include "trust/files/marker.h"
#include "base/sha256.h"

namespace connected_registry::trust {
namespace {

// What is on the node stays known while the state changes.
contract::NodeStatus with(const contract::NodeStatus& previous, contract::NodeState state,
                          std::string message) {
  contract::NodeStatus status = previous;
  status.state = state;
  status.message = std::move(message);
  return status;
}

// The files are in place; whether the node trusts the registry by them.
contract::NodeStatus judge(const contract::NodeStatus& status, const contract::RegistryDocument& registry,
                           const RuntimePlan& wants, const NodeFilesResult& outcome, const AgentActions& actions) {
  std::vector<std::string> wrong = outcome.problems;
  wrong.insert(wrong.end(), wants.user_actions.begin(), wants.user_actions.end());
  if (!wrong.empty()) return with(status, contract::NodeState::kFailed, joined(wrong));
  if (wants.needs_restart) {
    if (const auto restarted = actions.restart(); !restarted) {
      const bool passing = restarted.error().code == ErrorCode::kUnavailable;
      return with(status, passing ? contract::NodeState::kWaiting : contract::NodeState::kFailed,
                  restarted.error().message);
    }
  }
  const bool plain = registry.scheme == contract::Scheme::kHttp;
  std::string message = plain ? "reads " + registry.address + " over plain HTTP, which is unencrypted"
                              : "trusts " + registry.address;
  for (const std::string& note : wants.notes) message += "; " + note;
  for (const std::string& left : outcome.left_to_user) message += "; " + left;
  return with(status, contract::NodeState::kTrusted, std::move(message));
}

}  // namespace

contract::NodeStatus take_down(const contract::NodeStatus& previous, const AgentActions& actions,
                               const std::string& reason) {
  const NodeFilesResult removed = actions.remove_files();
  if (!removed.good()) {
    return with(previous, contract::NodeState::kFailed,
                "cannot remove the trust files: " + joined(removed.problems));
  }
  const std::string left = joined(removed.left_to_user);
  return with(contract::NodeStatus(), contract::NodeState::kRemoved,
              reason + ": " + (left.empty() ? "nothing is left on this node" : left));
}

contract::NodeStatus run_step(const names::Installation& installation, const json::Value* bundle,
                              const contract::NodeStatus& previous, const AgentActions& actions,
                              TimePoint now) {
  if (bundle == nullptr) {
    return with(previous, contract::NodeState::kWaiting,
                "there is no ConfigMap " + installation.ca_bundle() +
                    ": the controller writes it once the registry has a certificate");
  }
  if (contract::is_uninstalling(*bundle, now)) return take_down(previous, actions, "uninstalling");
  const std::string pem(json::string_at(*bundle, {"data", names::kBundleKey}));
  const auto registry =
      contract::parse_registry_document(json::string_at(*bundle, {"data", names::kRegistryKey}));
  if (!registry) {
    return with(previous, contract::NodeState::kFailed,
                "ConfigMap " + installation.ca_bundle() + ": " + registry.error().message);
  }
  const ProbeRequest request{.registry = *registry, .bundle = pem};
  const auto authority = actions.probe(request);
  if (!authority) {
    const bool unreadable = authority.error().code == ErrorCode::kInvalidArgument;
    return with(previous, unreadable ? contract::NodeState::kFailed : contract::NodeState::kWaiting,
                authority.error().message);
  }
  const RuntimePlan wants = actions.plan(*registry, pem);
  const NodeFilesResult outcome = actions.ensure_files(wants);
  contract::NodeStatus status = previous;
  status.verified = now;
  status.authority = *authority;
  status.runtimes = wants.description;
  if (outcome.good()) {
    status.files = wants.files.size();
    status.bundle_sha256 = sha256_hex(pem);
  }
  return judge(status, *registry, wants, outcome, actions);
}

std::chrono::milliseconds next_look(contract::NodeState state) {
  using std::chrono::seconds;
  switch (state) {
    case contract::NodeState::kWaiting:
      return seconds(1);
    case contract::NodeState::kFailed:
      return seconds(5);
    case contract::NodeState::kTrusted:
    case contract::NodeState::kRemoved:
      return seconds(30);
  }
  return seconds(1);
}

bool must_report(const std::optional<Reported>& reported, const contract::NodeStatus& status, TimePoint now) {
  constexpr std::chrono::seconds kMessageAge{10};
  constexpr std::chrono::seconds kRenewal{55};  // just below two looks, so that every second one renews
  if (!reported) return true;
  const contract::NodeStatus& before = reported->status;
  if (before.state != status.state || before.bundle_sha256 != status.bundle_sha256) return true;
  if (before.runtimes != status.runtimes || before.authority != status.authority) return true;
  const auto age = now - reported->time;
  if (reported->status.message != status.message) return age >= kMessageAge;
  return reported->status.verified != status.verified && age >= kRenewal;
}

}  // namespace connected_registry::trust
