#include "contract/node_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace connected_registry::contract {
namespace {

using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "connected-registry", .namespace_ = "edge"};

NodeStatus trusted() {
  NodeStatus status;
  status.state = NodeState::kTrusted;
  status.message = "containerd trusts 192.100.100.1";
  status.bundle_sha256 = "abc";
  status.authority = "CN=ca, sha256 ab";
  status.runtimes = "containerd 2.4.2";
  status.files = 8;
  status.verified = *parse_time("2026-01-31T12:00:00.5Z");
  return status;
}

TEST(NodeStatus, becomes_a_lease_of_its_node_owned_by_the_bundle) {
  const auto lease = render_node_lease(kInstallation, "node-1", "the-uid", trusted());
  EXPECT_EQ(json::to_text(lease), R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{)"
                                  R"("name":"connected-registry-node-node-1","namespace":"edge",)"
                                  R"("labels":{"connected-registry.io/name":"connected-registry",)"
                                  R"("connected-registry.io/node-status":"connected-registry"},)"
                                  R"("annotations":{"connected-registry.io/state":"Trusted",)"
                                  R"("connected-registry.io/message":"containerd trusts 192.100.100.1",)"
                                  R"("connected-registry.io/bundle-sha256":"abc",)"
                                  R"("connected-registry.io/authority":"CN=ca, sha256 ab",)"
                                  R"("connected-registry.io/runtimes":"containerd 2.4.2",)"
                                  R"("connected-registry.io/files":"8"},)"
                                  R"("ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap",)"
                                  R"("name":"connected-registry-ca-bundle","uid":"the-uid"}]},)"
                                  R"("spec":{"holderIdentity":"node-1","leaseDurationSeconds":90,)"
                                  R"("renewTime":"2026-01-31T12:00:00.500000Z"}})");
}

TEST(NodeStatus, claims_no_handshake_that_never_was) {
  const auto lease = render_node_lease(kInstallation, "node-1", "the-uid", NodeStatus());
  EXPECT_EQ(json::find(lease, {"spec", "renewTime"}), nullptr);
}

TEST(NodeStatus, is_read_as_written_in_every_state) {
  for (const NodeState state :
       {NodeState::kWaiting, NodeState::kTrusted, NodeState::kRemoved, NodeState::kFailed}) {
    NodeStatus status = trusted();
    status.state = state;
    const auto report = parse_node_lease(render_node_lease(kInstallation, "node-1", "uid", status));
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->node, "node-1");
    EXPECT_EQ(report->status, status);
  }
}

TEST(NodeStatus, refuses_a_lease_of_somebody_else) {
  const auto nameless = parse_node_lease(*json::parse(R"({"metadata":{"name":"x"},"spec":{}})"));
  ASSERT_FALSE(nameless);
  EXPECT_THAT(nameless.error().message, HasSubstr("lease x has no holderIdentity"));
  const auto stateless =
      parse_node_lease(*json::parse(R"({"metadata":{"name":"cr-node-n"},"spec":{"holderIdentity":"n"}})"));
  ASSERT_FALSE(stateless);
  EXPECT_THAT(stateless.error().message, HasSubstr("unknown state"));
  const auto other =
      parse_node_lease(*json::parse(R"({"metadata":{"name":"cr-node-m"},"spec":{"holderIdentity":"n"}})"));
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("held by another node"));
}

}  // namespace
}  // namespace connected_registry::contract
