#include "controller/node_reports.h"

#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "base/log.h"

namespace connected_registry::controller {
namespace {

Result<std::set<std::string>> nodes_with_agent(kube::Client& client,
                                               const names::Installation& installation) {
  const std::string selector = std::string(names::kComponentLabel) + "=trust-agent," +
                               std::string(names::kNameLabel) + "=" + installation.name;
  const auto pods =
      client.list(kube::kPods, installation.namespace_, {.field_selector = "", .label_selector = selector});
  if (!pods) return tl::unexpected(pods.error());
  return nodes_of_running(*pods);
}

}  // namespace

Result<std::vector<contract::NodeReport>> read_node_reports(kube::Client& client,
                                                            const names::Installation& installation) {
  const std::string selector = std::string(names::kNodeStatusLabel) + "=" + installation.name;
  const auto leases =
      client.list(kube::kLeases, installation.namespace_, {.field_selector = "", .label_selector = selector});
  if (!leases) return tl::unexpected(leases.error());
  std::vector<contract::NodeReport> reports;
  const json::Value* const items = json::find(*leases, {"items"});
  if (items == nullptr || !items->IsArray()) return reports;
  for (auto lease = items->Begin(); lease != items->End(); ++lease) {
    auto report = contract::parse_node_lease(*lease);
    if (report) {
      reports.push_back(std::move(*report));
    } else {
      log::warning("cannot parse a node's report", {{"error", report.error()}});
    }
  }
  return reports;
}

std::vector<std::string> unconfirmed_nodes(const std::vector<contract::NodeReport>& reports,
                                           const std::string& bundle_sha256, TimePoint now) {
  constexpr std::chrono::hours kDown{1};
  std::vector<std::string> unconfirmed;
  for (const contract::NodeReport& report : reports) {
    const contract::NodeStatus& status = report.status;
    if (status.state == contract::NodeState::kRemoved || status.bundle_sha256 == bundle_sha256) continue;
    if (status.verified && now - *status.verified > kDown) continue;
    unconfirmed.push_back(report.node);
  }
  return unconfirmed;
}

Result<NodeRemoval> read_removal(kube::Client& client, const names::Installation& installation) {
  const auto reports = read_node_reports(client, installation);
  if (!reports) return tl::unexpected(reports.error());
  const auto agents = nodes_with_agent(client, installation);
  if (!agents) return tl::unexpected(agents.error());
  std::vector<contract::NodeReport> present;
  std::set<std::string> ready;
  for (const contract::NodeReport& report : *reports) {
    if (report.status.state != contract::NodeState::kRemoved) {
      const auto node = client.get(kube::kNodes, "", report.node);
      if (!node && node.error().code == ErrorCode::kNotFound) continue;
      if (!node) return tl::unexpected(node.error());
      if (is_ready(*node)) ready.insert(report.node);
    }
    present.push_back(report);
  }
  return classify_removal(present, *agents, ready);
}

}  // namespace connected_registry::controller
