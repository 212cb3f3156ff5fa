// The trust agent of one node: watches the CA bundle, reconciles the node's files, reports in the node's
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
#include "trust/agent/restart_lock.h"
#include "trust/agent/step.h"
#include "trust/files/host_view.h"

namespace connected_registry::trust {

// The metrics of one node.
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
  std::set<std::string> runtimes = {};  // names of runtimes (runtimes.h); empty: detect them
  bool may_restart = false;             // the agent may restart containerd if nothing else helps
  AgentGauges gauges = {};
};

// One thread calls run(); any thread may call why_not_ready().
class Agent {
 public:
  // `client` must outlive the agent.
  Agent(kube::Client& client, AgentRequest request, Clock clock = system_now);

  // Runs until `stop`. Leaves the node's files, so that pulls work while the agent restarts. But if the node
  // is decommissioned (decommission.h), it removes them before it returns. `abort` ends the wait for an API
  // server that does not answer that question.
  void run(const std::stop_token& stop, const std::stop_token& abort = {});

  // Returns what the agent waits for. No value: the node trusts the registry, or its owner has to do
  // something, which the status tells. The latter must not hold up an installation, nor an update of the
  // other nodes.
  std::optional<std::string> why_not_ready() const;

 private:
  void watch_bundle(const std::stop_token& stop);
  void set_bundle(std::shared_ptr<const json::Document> bundle);
  // Returns the bundle and counts it as handled.
  std::shared_ptr<const json::Document> next_bundle();
  void reconcile();
  contract::NodeStatus status() const;
  void set_status(const contract::NodeStatus& status);
  void report(const json::Document* bundle, TimePoint now);
  void decommission(const std::stop_token& abort);
  RuntimePlan plan(const contract::RegistryDocument& registry, const std::string& bundle);
  NodeFilesResult ensure(const RuntimePlan& plan) const;
  Status restart();
  NodeInfo node_info();

  kube::Client& client_;
  const AgentRequest request_;
  const Clock clock_;
  const HostView host_;
  const AgentActions actions_;
  // Used by the running thread only, down to the mutex.
  RestartLock restart_lock_;
  std::stop_token stop_;
  NodeInfo node_info_;
  TimePoint node_info_time_{};  // when it was read
  std::string bundle_uid_;      // of the last bundle that existed
  std::optional<Reported> reported_;
  std::optional<std::string> report_error_;  // of the last report, if it failed

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const json::Document> bundle_ GUARDED_BY(mutex_);
  bool bundle_known_ GUARDED_BY(mutex_) = false;  // false until the API server has answered
  bool bundle_is_new_ GUARDED_BY(mutex_) = false;
  contract::NodeStatus status_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::trust
