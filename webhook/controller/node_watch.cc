#include "controller/node_watch.h"

#include <chrono>
#include <set>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/sha256.h"
#include "controller/events.h"
#include "kube/reflector.h"

namespace connected_registry::controller {

json::Document taint_patch(const json::Value& node, std::string_view key) {
  const json::Value* const taints = json::find(node, {"spec", "taints"});
  if (taints == nullptr || !taints->IsArray()) return {};
  for (rapidjson::SizeType index = 0; index < taints->Size(); ++index) {
    if (json::string_at((*taints)[index], {"key"}) != key) continue;
    json::Document patch(rapidjson::kArrayType);
    auto& allocator = patch.GetAllocator();
    const std::string path = "/spec/taints/" + std::to_string(index);
    for (const char* const operation : {"test", "remove"}) {
      json::Value step(rapidjson::kObjectType);
      json::set(step, "op", operation, allocator);
      json::set(step, "path", path, allocator);
      if (operation[0] == 't') json::set(step, "value", json::Value((*taints)[index], allocator), allocator);
      patch.PushBack(step, allocator);
    }
    return patch;
  }
  return {};
}

NodeGauges NodeGauges::in(metrics::Registry& registry) {
  NodeGauges gauges;
  for (const auto state : {contract::NodeState::kWaiting, contract::NodeState::kTrusted,
                           contract::NodeState::kRemoved, contract::NodeState::kFailed}) {
    const std::string name(contract::to_string(state));
    gauges.by_state[name] = registry.gauge(
        "connected_registry_nodes",
        "Nodes by the state that their trust agent last reported. Failed nodes need an administrator.",
        {{"state", name}});
  }
  return gauges;
}

void NodeGauges::set(const std::map<std::string, int>& counts) const {
  for (const auto& [state, gauge] : by_state) {
    const auto found = counts.find(state);
    gauge.set(found == counts.end() ? 0 : found->second);
  }
}

NodeWatch::NodeWatch(kube::Client& client, NodeWatchRequest request, Clock clock)
    : client_(client), request_(std::move(request)), clock_(std::move(clock)) {}

void NodeWatch::run(const std::stop_token& stop) {
  const kube::ReflectorHandler handler{
      .on_list =
          [&](const std::vector<const json::Value*>& leases) {
            keep_only(leases);
            for (const json::Value* lease : leases) handle_lease(*lease);
            delete_reports_of_removed_nodes();
          },
      .on_event =
          [&](kube::WatchEventType type, const json::Value& lease) {
            if (type == kube::WatchEventType::kDeleted) {
              erase(std::string(json::string_at(lease, {"spec", "holderIdentity"})));
            } else {
              handle_lease(lease);
              delete_reports_of_removed_nodes();
            }
          },
  };
  const kube::ReflectorRequest request{
      .resource = kube::kLeases,
      .namespace_ = request_.installation.namespace_,
      .options = {.field_selector = "",
                  .label_selector = std::string(names::kNodeStatusLabel) + "=" + request_.installation.name},
  };
  kube::reflect(client_, request, handler, stop);
  request_.gauges.set({});
}

// An interrupted watch may have missed deletions.
void NodeWatch::keep_only(const std::vector<const json::Value*>& leases) {
  std::set<std::string> others;
  {
    const MutexLock lock(mutex_);
    for (const auto& [node, known] : nodes_) others.insert(node);
  }
  for (const json::Value* lease : leases) {
    others.erase(std::string(json::string_at(*lease, {"spec", "holderIdentity"})));
  }
  for (const std::string& node : others) erase(node);
}

void NodeWatch::erase(const std::string& node) {
  {
    const MutexLock lock(mutex_);
    nodes_.erase(node);
  }
  request_.gauges.set(counts());
}

std::optional<contract::NodeState> NodeWatch::store(const contract::NodeReport& report) {
  std::optional<contract::NodeState> before;
  {
    const MutexLock lock(mutex_);
    const auto [known, is_new] = nodes_.try_emplace(report.node);
    if (!is_new) before = known->second.state;
    known->second.state = report.status.state;
    known->second.verified = report.status.verified;
  }
  request_.gauges.set(counts());
  return before;
}

// A cluster that grows and shrinks would collect the reports of its former nodes.
void NodeWatch::delete_reports_of_removed_nodes() {
  constexpr std::chrono::minutes kSilent{10};
  const TimePoint now = clock_();
  std::vector<std::string> silent;
  {
    const MutexLock lock(mutex_);
    for (auto& [node, known] : nodes_) {
      if ((known.verified && now - *known.verified < kSilent) || now - known.checked < kSilent) continue;
      known.checked = now;
      silent.push_back(node);
    }
  }
  for (const std::string& name : silent) {
    const auto node = client_.get(kube::kNodes, "", name);
    if (node || node.error().code != ErrorCode::kNotFound) continue;
    const names::Installation& installation = request_.installation;
    const auto removed =
        client_.remove(kube::kLeases, installation.namespace_, installation.node_status(name));
    if (removed) log::info("deleted the report of a node that has left the cluster", {{"node", name}});
  }
}

std::map<std::string, int> NodeWatch::counts() const {
  const MutexLock lock(mutex_);
  std::map<std::string, int> counts;
  for (const auto& [node, known] : nodes_) ++counts[std::string(contract::to_string(known.state))];
  return counts;
}

void NodeWatch::handle_lease(const json::Value& lease) {
  const auto report = contract::parse_node_lease(lease);
  if (!report) return;
  const auto before = store(*report);
  if (report->status.state == contract::NodeState::kTrusted) remove_taint(report->node);
  // A new leader first learns the states. It records the changes after that, and failed nodes.
  const bool failed = report->status.state == contract::NodeState::kFailed;
  if (before != report->status.state && (before || failed)) record_event(lease, *report);
}

void NodeWatch::record_event(const json::Value& lease, const contract::NodeReport& report) {
  constexpr std::size_t kDigits = 16;
  const std::string state(contract::to_string(report.status.state));
  const std::string version(json::string_at(lease, {"metadata", "resourceVersion"}));
  const EventRequest request{.name = request_.installation.node_status(report.node) + "-" +
                                     sha256_hex(version + state).substr(0, kDigits),
                             .regarding = lease,
                             .api_version = "coordination.k8s.io/v1",
                             .kind = kube::kLeases.kind,
                             .reason = "NodeTrust" + state,
                             .message = "Node " + report.node + ": " + report.status.message,
                             .now = clock_()};
  const bool failed = report.status.state == contract::NodeState::kFailed;
  const auto created = client_.create(kube::kEvents, request_.installation.namespace_,
                                      failed ? render_warning(request) : render_normal(request));
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot create an event", {{"error", created.error()}});
  }
}

void NodeWatch::remove_taint(const std::string& name) {
  if (request_.taint.empty()) return;
  const auto node = client_.get(kube::kNodes, "", name);
  if (!node) {
    log::warning("cannot read the node to remove its start-up taint",
                 {{"node", name}, {"error", node.error()}});
    return;
  }
  const auto patch = taint_patch(*node, request_.taint);
  if (patch.IsNull()) return;
  const auto patched = client_.patch(kube::kNodes, "", name, kube::PatchType::kJson, patch);
  if (patched) {
    log::info("removed the start-up taint", {{"node", name}});
  } else {
    log::warning("cannot remove the start-up taint", {{"node", name}, {"error", patched.error()}});
  }
}

}  // namespace connected_registry::controller
