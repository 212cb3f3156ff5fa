#include "trust/agent/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "base/file.h"
#include "kube/fake_api.h"
#include "support/api_store.h"
#include "support/temporary_directory.h"

namespace connected_registry::trust {
namespace {

namespace fs = std::filesystem;
using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::HasSubstr;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kBundle = "/api/v1/namespaces/edge/configmaps/cr-ca-bundle";
const std::string kDaemonSet = "/apis/apps/v1/namespaces/edge/daemonsets/cr-trust-agent";
const std::string kNode = "/api/v1/nodes/node-1";
const std::string kLease = "/apis/coordination.k8s.io/v1/namespaces/edge/leases/cr-node-node-1";

// Agent, API and registry. The registry is a second fake API: it answers /v2/ over TLS.
class AgentTest : public ::testing::Test {
 protected:
  AgentTest() {
    registry.handle(
        [this](const auto& /*request*/, httplib::Response& response) { response.status = status; });
    fs::create_directories(host.path() / "etc/containerd");
    store.put(kDaemonSet, R"({"spec":{"template":{"spec":{"nodeSelector":{"role":"edge"}}}}})");
    put_node("edge");
  }
  ~AgentTest() override { end(); }

  void begin() {
    agent = std::make_unique<Agent>(client, AgentRequest{.installation = kInstallation,
                                                         .node = "node-1",
                                                         .host_root = host.path(),
                                                         .gauges = AgentGauges::in(metrics)});
    thread = std::jthread([this](const std::stop_token& stop) { agent->run(stop); });
  }
  void end() {
    if (!thread.joinable()) return;
    thread.request_stop();
    thread.join();
  }
  void put_bundle(const std::string& annotations = "{}") {
    json::Document map = kube::testing::document(R"({"metadata":{"annotations":)" + annotations + "}}");
    auto& allocator = map.GetAllocator();
    json::Value& data = json::object_at(map, "data", allocator);
    json::set(data, "ca.crt", registry.ca().certificate.to_pem(), allocator);
    json::set(data, "registry.json",
              R"({"formVersion":1,"address":"127.0.0.1","port":)" + std::to_string(port()) + "}", allocator);
    store.put(kBundle, map);
  }
  void put_node(const std::string& role) {
    store.put(kNode, R"({"metadata":{"labels":{"role":")" + role +
                         R"("}},"status":{"nodeInfo":{"containerRuntimeVersion":"containerd://2.4.2"}}})");
  }
  int port() const { return registry.configuration().port; }
  fs::path file() const {
    return host.path() / "etc/containerd/certs.d" / ("127.0.0.1_" + std::to_string(port()) + "_") /
           "hosts.toml";
  }
  std::string state() const {
    return std::string(
        json::string_at(store.get(kLease), {"metadata", "annotations", names::kNodeStateAnnotation}));
  }
  bool await_state(const std::string& wanted) const {
    return store.await([&] { return state() == wanted; });
  }

  connected_registry::testing::TemporaryDirectory host;
  std::atomic<int> status = 200;
  FakeApi registry;
  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  metrics::Registry metrics;
  std::unique_ptr<Agent> agent;
  std::jthread thread;
};

TEST_F(AgentTest, writes_once_the_registry_answers_and_reports_it) {
  status = 502;
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Waiting"));
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_THAT(agent->why_not_ready().value_or(""), HasSubstr("502"));
  status = 200;
  ASSERT_TRUE(await_state("Trusted"));
  EXPECT_TRUE(fs::exists(file()));
  EXPECT_EQ(agent->why_not_ready(), std::nullopt);
  EXPECT_THAT(metrics.text(), HasSubstr("connected_registry_node_trusted 1"));
  EXPECT_THAT(metrics.text(), HasSubstr("connected_registry_node_files 4"));
  const auto lease = store.get(kLease);
  EXPECT_EQ(json::string_at(lease["metadata"]["ownerReferences"][0], {"uid"}),
            json::string_at(store.get(kBundle), {"metadata", "uid"}));
  EXPECT_FALSE(json::string_at(lease, {"spec", "renewTime"}).empty());
}

TEST_F(AgentTest, waits_for_the_bundle) {
  begin();
  ASSERT_TRUE(store.await(
      [&] { return agent->why_not_ready().value_or("").find("cr-ca-bundle") != std::string::npos; }));
  EXPECT_FALSE(store.has(kLease)) << "there is nothing yet that could own it";
  put_bundle();
  EXPECT_TRUE(await_state("Trusted"));
}

TEST_F(AgentTest, leaves_files_when_it_ends_and_when_the_bundle_goes) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  store.remove(kBundle);
  ASSERT_TRUE(store.await([&] { return agent->why_not_ready().has_value(); }));
  EXPECT_TRUE(fs::exists(file()));
  end();
  EXPECT_TRUE(fs::exists(file()));
}

TEST_F(AgentTest, takes_everything_away_at_an_uninstall) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  put_bundle(R"({"connected-registry.io/uninstalling":")" + format_time(system_now()) + R"("})");
  ASSERT_TRUE(await_state("Removed"));
  EXPECT_TRUE(fs::is_empty(host.path() / "etc/containerd"));
  put_bundle();
  EXPECT_TRUE(await_state("Trusted")) << "an uninstall that was broken off";
}

TEST_F(AgentTest, takes_its_files_back_when_it_ends_and_the_release_is_gone) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  store.remove(kDaemonSet);
  end();
  EXPECT_TRUE(fs::is_empty(host.path() / "etc/containerd"));
  EXPECT_EQ(state(), "Removed");
}

TEST_F(AgentTest, takes_its_files_back_when_its_rights_went_with_the_release) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  store.fail("GET", kDaemonSet, 403);
  end();
  EXPECT_TRUE(fs::is_empty(host.path() / "etc/containerd"));
}

TEST_F(AgentTest, takes_its_files_back_when_the_node_is_not_chosen_any_more) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  put_node("other");
  end();
  EXPECT_TRUE(fs::is_empty(host.path() / "etc/containerd"));
  EXPECT_THAT(std::string(json::string_at(store.get(kLease),
                                          {"metadata", "annotations", names::kNodeMessageAnnotation})),
              HasSubstr("no longer matches the node selector"));
}

TEST_F(AgentTest, leaves_files_when_it_ends_and_the_api_does_not_answer) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  store.fail("GET", kDaemonSet, 503);
  end();
  EXPECT_TRUE(fs::exists(file()));
}

TEST_F(AgentTest, reports_a_file_that_somebody_changed_and_goes_on_when_it_is_gone) {
  put_bundle();
  begin();
  ASSERT_TRUE(await_state("Trusted"));
  const auto ours = file::read(file());
  ASSERT_TRUE(ours);
  ASSERT_TRUE(file::write_atomically(file(), *ours + "# mine\n", 0644));
  put_bundle();  // an event, so that the test need not wait for the next look
  ASSERT_TRUE(await_state("Failed"));
  EXPECT_THAT(std::string(json::string_at(store.get(kLease),
                                          {"metadata", "annotations", names::kNodeMessageAnnotation})),
              HasSubstr(file().string()));
  EXPECT_EQ(agent->why_not_ready(), std::nullopt) << "one such node must not hold up helm --wait";
  EXPECT_THAT(metrics.text(), HasSubstr("connected_registry_node_trusted 0"));
  fs::remove(file());
  put_bundle();
  EXPECT_TRUE(await_state("Trusted"));
}

TEST_F(AgentTest, reports_again_when_the_api_did_not_take_it) {
  store.fail("PATCH", kLease, 503);
  put_bundle();
  begin();
  ASSERT_TRUE(store.await([&] { return !store.writes().empty(); }));
  store.fail("PATCH", kLease, 0);
  EXPECT_TRUE(await_state("Trusted"));
}

}  // namespace
}  // namespace connected_registry::trust
