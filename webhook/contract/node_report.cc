#include "contract/node_report.h"

#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "kube/lease.h"
#include "kube/object.h"

namespace connected_registry::contract {
namespace {

constexpr std::array<std::pair<NodeState, std::string_view>, 4> kStates{{
    {NodeState::kWaiting, "Waiting"},
    {NodeState::kTrusted, "Trusted"},
    {NodeState::kRemoved, "Removed"},
    {NodeState::kFailed, "Failed"},
}};

// After this time without a renewal, three rechecks, readers may assume that the node is lost.
constexpr std::chrono::seconds kLeaseDuration{90};
constexpr std::size_t kLongestMessage = 1024;

}  // namespace

std::string_view to_string(NodeState state) {
  for (const auto& [value, text] : kStates) {
    if (value == state) return text;
  }
  return "Unknown";
}

json::Document render_node_lease(const names::Installation& installation, std::string_view node,
                                 std::string_view bundle_uid, const NodeStatus& status) {
  const kube::LeaseRecord record{
      .holder = std::string(node),
      .duration = kLeaseDuration,
      .renew_time = status.verified ? format_micro_time(*status.verified) : std::string()};
  json::Document lease = kube::make_lease(installation.namespace_, installation.node_status(node), record);
  auto& allocator = lease.GetAllocator();
  json::Value& metadata = json::object_at(lease, "metadata", allocator);
  json::Value& labels = json::object_at(metadata, "labels", allocator);
  json::set(labels, names::kNameLabel, installation.name, allocator);
  json::set(labels, names::kNodeStatusLabel, installation.name, allocator);
  json::Value& annotations = json::object_at(metadata, "annotations", allocator);
  json::set(annotations, names::kNodeStateAnnotation, to_string(status.state), allocator);
  json::set(annotations, names::kNodeMessageAnnotation, status.message.substr(0, kLongestMessage), allocator);
  json::set(annotations, names::kNodeBundleAnnotation, status.bundle_sha256, allocator);
  json::set(annotations, names::kNodeAuthorityAnnotation, status.authority, allocator);
  json::set(annotations, names::kNodeRuntimesAnnotation, status.runtimes, allocator);
  json::set(annotations, names::kNodeFilesAnnotation, std::to_string(status.files), allocator);
  kube::add_owner(lease, kube::owner_reference(kube::kConfigMaps, installation.ca_bundle(), bundle_uid));
  return lease;
}

Result<NodeReport> parse_node_lease(const json::Value& lease) {
  const auto annotation = [&lease](std::string_view key) {
    return std::string(json::string_at(lease, {"metadata", "annotations", key}));
  };
  NodeReport report;
  const kube::LeaseRecord record = kube::read_lease(lease);
  report.node = record.holder;
  NodeStatus& status = report.status;
  status.message = annotation(names::kNodeMessageAnnotation);
  status.bundle_sha256 = annotation(names::kNodeBundleAnnotation);
  status.authority = annotation(names::kNodeAuthorityAnnotation);
  status.runtimes = annotation(names::kNodeRuntimesAnnotation);
  const std::string files = annotation(names::kNodeFilesAnnotation);
  static_cast<void>(std::from_chars(files.data(), files.data() + files.size(), status.files));
  if (const auto verified = parse_time(record.renew_time)) status.verified = *verified;
  const std::string name(json::string_at(lease, {"metadata", "name"}));
  if (report.node.empty())
    return fail(ErrorCode::kInvalidArgument, "lease " + name + " has no holderIdentity");
  // The name is what a policy of the chart binds an agent to; the holder is what the agent says.
  if (!name.ends_with("-node-" + report.node)) {
    return fail(ErrorCode::kInvalidArgument, "lease " + name + " is held by another node: " + report.node);
  }
  const std::string state = annotation(names::kNodeStateAnnotation);
  for (const auto& [value, text] : kStates) {
    if (text == state) {
      status.state = value;
      return report;
    }
  }
  return fail(ErrorCode::kInvalidArgument, "lease " + name + " has the unknown state '" + state + "'");
}

}  // namespace connected_registry::contract
