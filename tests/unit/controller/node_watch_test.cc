#include "controller/node_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kLease = "/apis/coordination.k8s.io/v1/namespaces/edge/leases/cr-node-node-1";
const std::string kEvents = "/api/v1/namespaces/edge/events";
const std::string kNode = "/api/v1/nodes/node-1";

TEST(TaintPatch, takes_one_taint_away_and_only_if_it_is_still_there) {
  const auto node = json::parse(R"({"spec":{"taints":[{"key":"a"},{"key":"trust","effect":"NoSchedule"}]}})");
  EXPECT_EQ(json::to_text(taint_patch(*node, "trust")),
            R"([{"op":"test","path":"/spec/taints/1","value":{"key":"trust","effect":"NoSchedule"}},)"
            R"({"op":"remove","path":"/spec/taints/1"}])");
  EXPECT_TRUE(taint_patch(*node, "other").IsNull());
  EXPECT_TRUE(taint_patch(*json::parse("{}"), "trust").IsNull());
}

class NodeWatchTest : public ::testing::Test {
 protected:
  void begin(const std::string& taint = "") {
    watch = std::make_unique<NodeWatch>(
        client,
        NodeWatchRequest{.installation = kInstallation, .taint = taint, .gauges = NodeGauges::in(metrics)});
    thread = std::jthread([this](const std::stop_token& stop) { watch->run(stop); });
  }
  void put(contract::NodeState state, const std::string& message, TimePoint verified = system_now()) {
    contract::NodeStatus status;
    status.verified = verified;
    status.state = state;
    status.message = message;
    store.put(kLease, contract::render_node_lease(kInstallation, "node-1", "uid", status));
  }
  std::string last_event() const {
    const auto names = store.names(kEvents);
    std::string all;
    for (const std::string& name : names) all += json::to_text(store.get(kEvents + "/" + name));
    return all;
  }

  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  metrics::Registry metrics;
  std::unique_ptr<NodeWatch> watch;
  std::jthread thread;
};

TEST_F(NodeWatchTest, tells_by_an_event_that_a_node_failed_and_that_it_is_well_again) {
  put(contract::NodeState::kTrusted, "trusts it");
  begin();
  ASSERT_TRUE(store.await([&] { return watch->counts()["Trusted"] == 1; }));
  EXPECT_EQ(last_event(), "") << "that all is well is no news";
  put(contract::NodeState::kFailed, "set config_path");
  ASSERT_TRUE(store.await([&] { return store.names(kEvents).size() == 1; }));
  EXPECT_THAT(last_event(), HasSubstr("Node node-1: set config_path"));
  EXPECT_THAT(last_event(), HasSubstr("NodeTrustFailed"));
  put(contract::NodeState::kTrusted, "trusts it");
  ASSERT_TRUE(store.await([&] { return store.names(kEvents).size() == 2; }));
  EXPECT_THAT(last_event(), HasSubstr("NodeTrustTrusted"));
}

TEST_F(NodeWatchTest, counts_the_nodes_in_each_state_for_Prometheus) {
  put(contract::NodeState::kFailed, "set config_path");
  begin();
  const auto shows = [this](const std::string& line) {
    return store.await(
        [&] { return metrics.text().find("connected_registry_nodes{" + line) != std::string::npos; });
  };
  EXPECT_TRUE(shows("state=\"Failed\"} 1"));
  put(contract::NodeState::kTrusted, "trusts it");
  EXPECT_TRUE(shows("state=\"Trusted\"} 1"));
  EXPECT_TRUE(shows("state=\"Failed\"} 0"));
  store.remove(kLease);
  EXPECT_TRUE(shows("state=\"Trusted\"} 0"));
}

TEST_F(NodeWatchTest, removes_the_report_of_a_node_that_has_left_the_cluster) {
  put(contract::NodeState::kTrusted, "trusts it", system_now() - std::chrono::hours(1));
  begin();
  EXPECT_TRUE(store.await([&] { return !store.has(kLease); }));
}

TEST_F(NodeWatchTest, keeps_the_report_of_a_node_that_is_down) {
  store.put(kNode, R"({"metadata":{"name":"node-1"}})");
  put(contract::NodeState::kTrusted, "trusts it", system_now() - std::chrono::hours(1));
  begin();
  ASSERT_TRUE(store.await([&] { return store.reads(kNode) == 1; }));
  ASSERT_TRUE(store.await([&] { return watch->counts()["Trusted"] == 1; }));
  EXPECT_TRUE(store.has(kLease));
}

TEST_F(NodeWatchTest, takes_the_start_up_taint_from_a_node_that_trusts_the_registry) {
  store.put(kNode, R"({"metadata":{"name":"node-1"},"spec":{"taints":[{"key":"trust"}]}})");
  put(contract::NodeState::kWaiting, "not yet");
  begin("trust");
  ASSERT_TRUE(store.await([&] { return watch->counts()["Waiting"] == 1; }));
  EXPECT_EQ(store.get(kNode)["spec"]["taints"].Size(), 1U);
  put(contract::NodeState::kTrusted, "trusts it");
  EXPECT_TRUE(store.await([&] { return store.get(kNode)["spec"]["taints"].Empty(); }));
}

}  // namespace
}  // namespace connected_registry::controller
