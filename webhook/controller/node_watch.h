// Watches the reports of the nodes' trust agents (Leases). Records an Event when the state of a node changes,
// removes the start-up taint (trustDistribution.startupTaint) from nodes that trust the registry, and deletes
// the reports of nodes that are not in the cluster any more. The agents cannot do this, because they have no
// permission for Node objects.
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

// The metric connected_registry_nodes by state. All values are 0 in a replica that is not the leader.
struct NodeGauges {
  std::map<std::string, metrics::Gauge> by_state = {};

  static NodeGauges in(metrics::Registry& registry);
  void set(const std::map<std::string, int>& counts) const;
};

struct NodeWatchRequest {
  names::Installation installation;
  std::string taint;  // key of the start-up taint; empty: there is no taint
  NodeGauges gauges = {};
};

// Returns a JSON Patch that removes the taint. The patch fails if the taints were changed in the meantime.
// Returns null if the node does not have the taint. Pure function.
json::Document taint_patch(const json::Value& node, std::string_view key);

// Call run() from one thread. counts() is thread-safe.
class NodeWatch {
 public:
  // `client` must outlive this object.
  NodeWatch(kube::Client& client, NodeWatchRequest request, Clock clock = system_now);

  void run(const std::stop_token& stop);

  // Returns the number of nodes in each state.
  std::map<std::string, int> counts() const;

 private:
  // The last report of a node.
  struct ObservedNode {
    contract::NodeState state = contract::NodeState::kWaiting;
    std::optional<TimePoint> verified = {};
    TimePoint checked = {};  // time of the last lookup of the Node
  };

  void handle_lease(const json::Value& lease);
  // Erases the nodes that have no Lease in the list, which must be complete.
  void keep_only(const std::vector<const json::Value*>& leases);
  void erase(const std::string& node);
  // Stores the report and returns the previous state of the node.
  std::optional<contract::NodeState> store(const contract::NodeReport& report);
  void delete_reports_of_removed_nodes();
  void record_event(const json::Value& lease, const contract::NodeReport& report);
  void remove_taint(const std::string& node);

  kube::Client& client_;
  const NodeWatchRequest request_;
  const Clock clock_;
  mutable Mutex mutex_;
  std::map<std::string, ObservedNode> nodes_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::controller
