// The trust agent of one node: follows the CA bundle, keeps the node's files right, reports in the node's
// Lease.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/names.h"
#include "base/timestamp.h"
#include "kube/client.h"
#include "trust/agent_step.h"

namespace connected_registry::trust {

struct AgentRequest {
  names::Installation installation;
  std::string node;
  std::filesystem::path host_root;
};

// run() is for one thread; readiness() may be called from any.
class Agent {
 public:
  // `client` must outlive the agent.
  Agent(kube::Client& client, AgentRequest request, Clock clock = system_now);

  // Until `stop`. Leaves the node's files as they are: a restarted agent must not make pulls fail.
  void run(const std::stop_token& stop);

  // No value: trust is in place and verified. Else what is missing.
  std::optional<std::string> why_not_ready() const;

 private:
  void follow_bundle(const std::stop_token& stop);
  void set_bundle(std::shared_ptr<const json::Document> bundle);
  std::shared_ptr<const json::Document> take_bundle();
  void take_round();
  void report(const json::Document& bundle, TimePoint now);

  kube::Client& client_;
  const AgentRequest request_;
  const Clock clock_;
  const AgentDeeds deeds_;
  std::optional<Reported> reported_;         // of the running thread only
  std::optional<std::string> report_error_;  // of the last try, if it failed

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::shared_ptr<const json::Document> bundle_;
  bool bundle_known_ = false;  // nothing is decided before the API has spoken
  bool bundle_is_new_ = false;
  NodeStatus status_;
};

}  // namespace connected_registry::trust
