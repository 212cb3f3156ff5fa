#include "controller/node_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TimePoint kNow = *parse_time("2026-01-31T12:00:00Z");
const std::string kBundle = "sha256 of the bundle";

contract::NodeReport report(const std::string& bundle_sha256, std::optional<TimePoint> verified,
                            contract::NodeState state = contract::NodeState::kTrusted) {
  contract::NodeReport report{.node = "a", .status = {}};
  report.status.state = state;
  report.status.bundle_sha256 = bundle_sha256;
  report.status.verified = verified;
  return report;
}

TEST(UnconfirmedNodes, are_those_that_report_another_bundle) {
  EXPECT_THAT(unconfirmed_nodes({report("other", kNow)}, kBundle, kNow), ElementsAre("a"));
  EXPECT_THAT(unconfirmed_nodes({report(kBundle, kNow)}, kBundle, kNow), IsEmpty());
}

TEST(UnconfirmedNodes, include_a_node_that_has_never_trusted_the_registry) {
  EXPECT_THAT(unconfirmed_nodes({report("", std::nullopt, contract::NodeState::kWaiting)}, kBundle, kNow),
              ElementsAre("a"));
}

TEST(UnconfirmedNodes, leave_out_nodes_without_our_files) {
  EXPECT_THAT(unconfirmed_nodes({report("other", kNow, contract::NodeState::kRemoved)}, kBundle, kNow),
              IsEmpty());
}

TEST(UnconfirmedNodes, leave_out_a_node_that_has_been_down_for_an_hour) {
  EXPECT_THAT(unconfirmed_nodes({report("other", kNow - hours(1))}, kBundle, kNow), ElementsAre("a"));
  EXPECT_THAT(unconfirmed_nodes({report("other", kNow - hours(1) - seconds(1))}, kBundle, kNow), IsEmpty());
}

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};

TEST(ReadNodeReports, leaves_out_a_lease_that_does_not_parse) {
  kube::testing::FakeApi api;
  kube::testing::ApiStore store(api);
  kube::Client client(api.configuration());
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/edge/leases/";
  store.put(leases + "cr-node-a", contract::render_node_lease(kInstallation, "a", "uid", {}));
  store.put(leases + "cr-node-b",
            R"({"metadata":{"labels":{"connected-registry.io/node-status":"cr"}},"spec":{}})");
  const auto reports = read_node_reports(client, kInstallation);
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->size(), 1U);
  EXPECT_EQ(reports->front().node, "a");
}

}  // namespace
}  // namespace connected_registry::controller
