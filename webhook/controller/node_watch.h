// Follows what the nodes' agents report: tells of a change by an Event on the node's status object, takes the
// start-up taint from nodes that trust the registry, and removes the reports of nodes that have left the
// cluster. The agents themselves may not touch Node objects.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/mutex.h"
#include "base/timestamp.h"
#include "contract/names.h"
#include "contract/node_report.h"
#include "kube/client.h"
#include "metrics/registry.h"

namespace connected_registry::controller {

// connected_registry_nodes, by state. Those of a replica that does not lead are 0.
struct NodeGauges {
  std::map<std::string, metrics::Gauge> by_state = {};

  static NodeGauges in(metrics::Registry& registry);
  void set(const std::map<std::string, int>& counts) const;
};

struct NodeWatchRequest {
  names::Installation installation;
  std::string taint;  // key of the start-up taint; empty: none
  NodeGauges gauges = {};
};

// The JSON patch that takes the taint away, and does nothing if the taints have changed meanwhile; null where
// the node does not carry it. Pure.
json::Document taint_patch(const json::Value& node, std::string_view key);

// run() is for one thread; counts() may be called from any.
class NodeWatch {
 public:
  // `client` must outlive it.
  NodeWatch(kube::Client& client, NodeWatchRequest request, Clock clock = system_now);

  void run(const std::stop_token& stop);

  // How many nodes are in each state.
  std::map<std::string, int> counts() const;

 private:
  void judge(const json::Value& lease);
  // One node, as it last reported.
  struct Known {
    contract::NodeState state = contract::NodeState::kWaiting;
    std::optional<TimePoint> verified = {};
    TimePoint looked_for = {};  // when it was last made sure that it is still part of the cluster
  };

  void forget_others(const std::vector<const json::Value*>& leases);
  void forget(const std::string& node);
  // What it was before.
  std::optional<contract::NodeState> keep(const contract::NodeReport& report);
  void remove_reports_of_nodes_that_left();
  void tell(const json::Value& lease, const contract::NodeReport& report);
  void remove_taint(const std::string& node);

  kube::Client& client_;
  const NodeWatchRequest request_;
  const Clock clock_;
  mutable Mutex mutex_;
  std::map<std::string, Known> nodes_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
