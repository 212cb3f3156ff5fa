#include "contract/node_report.h"

#include <array>
#include <charconv>
#include <utility>

#include "kube/resource.h"

namespace connected_registry::contract {
namespace {

constexpr std::array<std::pair<NodeState, std::string_view>, 4> kStates{{
    {NodeState::kWaiting, "Waiting"},
    {NodeState::kTrusted, "Trusted"},
    {NodeState::kRemoved, "Removed"},
    {NodeState::kFailed, "Failed"},
}};

// After this time without a renewal, three rechecks, readers may assume that the node is lost.
constexpr int kLeaseSeconds = 90;
constexpr std::size_t kLongestMessage = 1024;

json::Value owner_reference(const names::Installation& installation, std::string_view uid,
                            json::Allocator& allocator) {
  json::Value owner(rapidjson::kObjectType);
  json::set(owner, "apiVersion", kube::kConfigMaps.api_version(), allocator);
  json::set(owner, "kind", kube::kConfigMaps.kind, allocator);
  json::set(owner, "name", installation.ca_bundle(), allocator);
  json::set(owner, "uid", uid, allocator);
  return owner;
}

}  // namespace

std::string_view to_string(NodeState state) {
  for (const auto& [value, text] : kStates) {
    if (value == state) return text;
  }
  return "Unknown";
}

json::Document render_node_lease(const names::Installation& installation, std::string_view node,
                                 std::string_view bundle_uid, const NodeStatus& status) {
  json::Document lease(rapidjson::kObjectType);
  auto& allocator = lease.GetAllocator();
  json::set(lease, "apiVersion", kube::kLeases.api_version(), allocator);
  json::set(lease, "kind", kube::kLeases.kind, allocator);
  json::Value& metadata = json::object_at(lease, "metadata", allocator);
  json::set(metadata, "name", installation.node_status(node), allocator);
  json::set(metadata, "namespace", installation.namespace_, allocator);
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
  json::Value owners(rapidjson::kArrayType);
  owners.PushBack(owner_reference(installation, bundle_uid, allocator), allocator);
  json::set(metadata, "ownerReferences", std::move(owners), allocator);
  json::Value& spec = json::object_at(lease, "spec", allocator);
  json::set(spec, "holderIdentity", node, allocator);
  json::set(spec, "leaseDurationSeconds", json::Value(kLeaseSeconds), allocator);
  if (status.verified) json::set(spec, "renewTime", format_micro_time(*status.verified), allocator);
  return lease;
}

Result<NodeReport> parse_node_lease(const json::Value& lease) {
  const auto annotation = [&lease](std::string_view key) {
    return std::string(json::string_at(lease, {"metadata", "annotations", key}));
  };
  NodeReport report;
  report.node = json::string_at(lease, {"spec", "holderIdentity"});
  NodeStatus& status = report.status;
  status.message = annotation(names::kNodeMessageAnnotation);
  status.bundle_sha256 = annotation(names::kNodeBundleAnnotation);
  status.authority = annotation(names::kNodeAuthorityAnnotation);
  status.runtimes = annotation(names::kNodeRuntimesAnnotation);
  const std::string files = annotation(names::kNodeFilesAnnotation);
  static_cast<void>(std::from_chars(files.data(), files.data() + files.size(), status.files));
  if (const auto verified = parse_time(json::string_at(lease, {"spec", "renewTime"})))
    status.verified = *verified;
  const std::string name(json::string_at(lease, {"metadata", "name"}));
  if (report.node.empty())
    return fail(ErrorCode::kInvalidArgument, "lease " + name + " has no holderIdentity");
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
