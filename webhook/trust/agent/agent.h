// The trust agent of one node: watches the CA bundle, reconciles the node's files, and reports the status in
// the node's Lease.
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
  std::set<std::string> runtimes = {};  // names of runtimes (runtimes.h); empty: detect the runtimes
  bool may_restart = false;             // the agent may restart containerd if there is no other way
  AgentGauges gauges = {};
};

// One thread calls run(). Every thread may call why_not_ready().
class Agent {
 public:
  // `client` must outlive the agent.
  Agent(kube::Client& client, AgentRequest request, Clock clock = system_now);

  // Runs until `stop`. Keeps the node's files, so that pulls work while the agent restarts. However, if
  // reason_to_decommission() returns a reason, removes the files before it returns. If the API server does
  // not answer the requests of reason_to_decommission(), `abort` ends the wait.
  void run(const std::stop_token& stop, const std::stop_token& abort = {});

  // Returns the reason why the agent is not ready. No value: the node trusts the registry, or the state is
  // kFailed. A node in this state counts as ready, because it must not block the installation or the update
  // of the other nodes. Its status tells the node's owner the necessary action.
  std::optional<std::string> why_not_ready() const;

 private:
  void watch_bundle(const std::stop_token& stop);
  void set_bundle(std::shared_ptr<const json::Document> bundle);
  // Returns the bundle and marks it as handled.
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
  // Only the thread that calls run() uses the fields from here to the mutex.
  RestartLock restart_lock_;
  std::stop_token stop_;
  NodeInfo node_info_;
  TimePoint node_info_time_{};  // time when node_info_ was read
  std::string bundle_uid_;      // UID of the last bundle that existed
  std::optional<Reported> reported_;
  std::optional<std::string> report_error_;  // error of the last report, if it failed

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const json::Document> bundle_ GUARDED_BY(mutex_);
  bool bundle_known_ GUARDED_BY(mutex_) = false;  // false until the API server has answered
  bool bundle_is_new_ GUARDED_BY(mutex_) = false;
  contract::NodeStatus status_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::trust
