#include "trust/agent/step.h"

#include <string>
#include <utility>
#include <vector>

#include "base/sha256.h"
#include "contract/registry_document.h"
#include "contract/uninstall_mark.h"

namespace connected_registry::trust {
namespace {

// Returns `previous` with another state: its facts about the node stay.
contract::NodeStatus with_state(const contract::NodeStatus& previous, contract::NodeState state,
                                std::string message) {
  contract::NodeStatus status = previous;
  status.state = state;
  status.message = std::move(message);
  return status;
}

// Returns the status after the files were written.
contract::NodeStatus evaluate(const contract::NodeStatus& status, const contract::RegistryDocument& registry,
                              const RuntimePlan& plan, const NodeFilesResult& result,
                              const AgentActions& actions) {
  std::vector<std::string> problems = result.problems;
  problems.insert(problems.end(), plan.user_actions.begin(), plan.user_actions.end());
  if (!problems.empty()) return with_state(status, contract::NodeState::kFailed, joined(problems));
  if (plan.needs_restart) {
    if (const auto restarted = actions.restart(); !restarted) {
      const bool temporary = restarted.error().code == ErrorCode::kUnavailable;
      return with_state(status, temporary ? contract::NodeState::kWaiting : contract::NodeState::kFailed,
                        restarted.error().message);
    }
  }
  const bool plain = registry.scheme == contract::Scheme::kHttp;
  std::string message = plain ? "uses plain HTTP, which is not encrypted, for " + registry.address
                              : "trusts " + registry.address;
  for (const std::string& note : plan.notes) message += "; " + note;
  for (const std::string& file : result.left_to_user) message += "; " + file;
  return with_state(status, contract::NodeState::kTrusted, std::move(message));
}

// Returns the status of a frozen installation. The files stay as they are, so trust stays as well, as long as
// the registry answers.
contract::NodeStatus evaluate_frozen(const contract::NodeStatus& previous,
                                     const Result<std::string>& authority, TimePoint now) {
  const std::string message = "the installation is frozen: no file on this node is changed";
  if (!authority) {
    return with_state(previous, contract::NodeState::kWaiting, message + "; " + authority.error().message);
  }
  const bool trusted = previous.state == contract::NodeState::kTrusted;
  contract::NodeStatus status =
      with_state(previous, trusted ? contract::NodeState::kTrusted : contract::NodeState::kWaiting, message);
  if (trusted) status.verified = now;
  return status;
}

}  // namespace

contract::NodeStatus remove_trust(const contract::NodeStatus& previous, const AgentActions& actions,
                                  const std::string& reason) {
  const NodeFilesResult removed = actions.remove_files();
  if (!removed.good()) {
    return with_state(previous, contract::NodeState::kFailed,
                      "cannot remove the trust files: " + joined(removed.problems));
  }
  const std::string left = joined(removed.left_to_user);
  return with_state(contract::NodeStatus(), contract::NodeState::kRemoved,
                    reason + ": " + (left.empty() ? "no file is left on this node" : left));
}

contract::NodeStatus run_step(const names::Installation& installation, const json::Value* bundle,
                              const contract::NodeStatus& previous, const AgentActions& actions,
                              TimePoint now) {
  if (bundle == nullptr) {
    return with_state(previous, contract::NodeState::kWaiting,
                      "waiting for ConfigMap " + installation.ca_bundle() +
                          ", which the controller creates once the registry has a certificate");
  }
  if (contract::is_uninstalling(*bundle, now)) return remove_trust(previous, actions, "uninstalling");
  const std::string pem(json::string_at(*bundle, {"data", names::kBundleKey}));
  const auto registry =
      contract::parse_registry_document(json::string_at(*bundle, {"data", names::kRegistryKey}));
  if (!registry) {
    return with_state(previous, contract::NodeState::kFailed,
                      "ConfigMap " + installation.ca_bundle() + ": " + registry.error().message);
  }
  const ProbeRequest request{.registry = *registry, .bundle = pem};
  const auto authority = actions.probe(request);
  if (registry->frozen) return evaluate_frozen(previous, authority, now);
  if (!authority) {
    const bool unreadable = authority.error().code == ErrorCode::kInvalidArgument;
    return with_state(previous, unreadable ? contract::NodeState::kFailed : contract::NodeState::kWaiting,
                      authority.error().message);
  }
  const RuntimePlan plan = actions.plan(*registry, pem);
  const NodeFilesResult result = actions.ensure_files(plan);
  contract::NodeStatus status = previous;
  status.verified = now;
  status.authority = *authority;
  status.runtimes = plan.description;
  if (result.good()) {
    status.files = plan.files.size();
    status.bundle_sha256 = sha256_hex(pem);
  }
  return evaluate(status, *registry, plan, result, actions);
}

std::chrono::milliseconds recheck_interval(contract::NodeState state) {
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
  constexpr std::chrono::seconds kRenewal{55};  // just below two rechecks: every second one renews
  if (!reported) return true;
  const contract::NodeStatus& before = reported->status;
  if (before.state != status.state || before.bundle_sha256 != status.bundle_sha256) return true;
  if (before.runtimes != status.runtimes || before.authority != status.authority) return true;
  const auto age = now - reported->time;
  if (reported->status.message != status.message) return age >= kMessageAge;
  return reported->status.verified != status.verified && age >= kRenewal;
}

}  // namespace connected_registry::trust
