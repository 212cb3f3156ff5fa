// The trust agent of one node: follows the CA bundle, keeps the node's files right, reports in the node's
// Lease.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>

#include "base/json.h"
#include "base/mutex.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "kube/client.h"
#include "metrics/registry.h"
#include "trust/agent/step.h"
#include "trust/files/host_view.h"

namespace connected_registry::trust {

// What an agent tells Prometheus of its own node.
struct AgentGauges {
  metrics::Gauge trusted;   // connected_registry_node_trusted: 1 or 0
  metrics::Gauge verified;  // connected_registry_node_verified_timestamp_seconds
  metrics::Gauge files;     // connected_registry_node_files

  static AgentGauges in(metrics::Registry& registry);
  void set(const contract::NodeStatus& status) const;
};

struct AgentRequest {
  names::Installation installation;
  std::string node;
  std::filesystem::path host_root;
  std::set<std::string> runtimes = {};  // names of units (runtimes.h); empty: find out
  bool may_restart = false;             // containerd, where no other way exists
  AgentGauges gauges = {};
};

// run() is for one thread; readiness() may be called from any.
class Agent {
 public:
  // `client` must outlive the agent.
  Agent(kube::Client& client, AgentRequest request, Clock clock = system_now);

  // Until `stop`. Leaves the node's files as they are, since a restarted agent must not make pulls fail; but
  // where the node is not ours any more (departure.h), it takes them back before it returns.
  void run(const std::stop_token& stop);

  // No value: the node is judged. Either it trusts the registry, or its owner has to do something, which its
  // status tells: that must not hold up an installation, nor an update of the other nodes' agents. Else what
  // the agent waits for.
  std::optional<std::string> why_not_ready() const;

 private:
  void follow_bundle(const std::stop_token& stop);
  void set_bundle(std::shared_ptr<const json::Document> bundle);
  std::shared_ptr<const json::Document> take_bundle();
  void take_round();
  contract::NodeStatus status() const;
  void keep(const contract::NodeStatus& status);
  void report(const json::Document* bundle, TimePoint now);
  void decommission();
  RuntimePlan plan(const contract::RegistryDocument& registry, const std::string& bundle);
  NodeFilesResult ensure(const RuntimePlan& wants) const;
  Status restart();
  NodeInfo node_info();

  kube::Client& client_;
  const AgentRequest request_;
  const Clock clock_;
  const HostView host_;
  const AgentActions actions_;
  NodeInfo node_info_;          // of the running thread only, as all down to the mutex
  TimePoint node_info_time_{};  // when it was asked for
  std::string bundle_uid_;      // of the bundle that was there last
  std::optional<Reported> reported_;
  std::optional<std::string> report_error_;  // of the last try, if it failed

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const json::Document> bundle_ GUARDED_BY(mutex_);
  bool bundle_known_ GUARDED_BY(mutex_) = false;  // nothing is decided before the API has spoken
  bool bundle_is_new_ GUARDED_BY(mutex_) = false;
  contract::NodeStatus status_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::trust
