#include "trust/node_status.h"

#include <openssl/evp.h>

#include <array>
#include <utility>

#include "kube/resource.h"

namespace connected_registry::trust {
namespace {

constexpr std::array<std::pair<NodeState, std::string_view>, 4> kStates{{
    {NodeState::kWaiting, "Waiting"},
    {NodeState::kTrusted, "Trusted"},
    {NodeState::kRemoved, "Removed"},
    {NodeState::kFailed, "Failed"},
}};

// A reader may take a node for lost after this: three rechecks.
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
  json::set(metadata, "namespace", installation.name_space, allocator);
  json::Value& labels = json::object_at(metadata, "labels", allocator);
  json::set(labels, names::kNameLabel, installation.name, allocator);
  json::set(labels, names::kNodeStatusLabel, installation.name, allocator);
  json::Value& annotations = json::object_at(metadata, "annotations", allocator);
  json::set(annotations, names::kNodeStateAnnotation, to_string(status.state), allocator);
  json::set(annotations, names::kNodeMessageAnnotation, status.message.substr(0, kLongestMessage), allocator);
  json::set(annotations, names::kNodeBundleAnnotation, status.bundle_sha256, allocator);
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
  NodeReport report;
  report.node = json::string_at(lease, {"spec", "holderIdentity"});
  report.message = json::string_at(lease, {"metadata", "annotations", names::kNodeMessageAnnotation});
  const std::string_view state =
      json::string_at(lease, {"metadata", "annotations", names::kNodeStateAnnotation});
  const std::string name(json::string_at(lease, {"metadata", "name"}));
  if (report.node.empty()) return fail(ErrorCode::kInvalidArgument, "lease " + name + " names no node");
  for (const auto& [value, text] : kStates) {
    if (text == state) {
      report.state = value;
      return report;
    }
  }
  return fail(ErrorCode::kInvalidArgument,
              "lease " + name + " has the unknown state '" + std::string(state) + "'");
}

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::string out;
  for (unsigned index = 0; index < length; ++index) {
    out += kDigits[digest[index] >> 4U];
    out += kDigits[digest[index] & 0xfU];
  }
  return out;
}

}  // namespace connected_registry::trust
