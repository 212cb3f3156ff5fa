#include "controller/uninstall.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <sstream>
#include <string>
#include <thread>

#include "contract/node_report.h"
#include "contract/uninstall_mark.h"
#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kCore = "/api/v1/namespaces/edge/";
const std::string kLeases = "/apis/coordination.k8s.io/v1/namespaces/edge/leases/";
const std::string kLeaderLeases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/";
const std::string kCertManager = "/apis/cert-manager.io/v1/namespaces/edge/";

class UninstallTest : public ::testing::Test {
 protected:
  UninstallTest() {
    store.put(kCore + "secrets/cr-settings", "{}");
    store.put(kCore + "configmaps/cr-ca-bundle",
              R"({"data":{"registry.json":"{\"formVersion\":1,\"address\":\"10.9.8.7\",\"port\":443}"}})");
    for (const char* const name :
         {"cr-ca", "cr-tls-source", "cr-active-tls", "cr-webhook-tls", "cr-parent"}) {
      store.put(kCore + "secrets/" + name, "{}");
    }
    for (const char* const name :
         {"certificates/cr-ca", "certificates/cr-tls", "issuers/cr-ca", "issuers/cr-selfsigned"}) {
      store.put(kCertManager + name, "{}");
    }
  }
  void put_lease(const std::string& node, contract::NodeState state, const std::string& message = "") {
    contract::NodeStatus status;
    status.state = state;
    status.message = message;
    store.put(kLeases + "cr-node-" + node, contract::render_node_lease(kInstallation, node, "uid", status));
  }
  void put_node(const std::string& node, bool ready, bool with_agent) {
    store.put("/api/v1/nodes/" + node, std::string(R"({"status":{"conditions":[{"type":"Ready","status":")") +
                                           (ready ? "True" : "Unknown") + R"("}]}})");
    if (!with_agent) return;
    store.put(
        kCore + "pods/agent-" + node,
        R"({"metadata":{"labels":{"connected-registry.io/name":"cr","connected-registry.io/component":"trust-agent"}},
                  "spec":{"nodeName":")" +
            node + R"("},"status":{"phase":"Running"}})");
  }
  void put_registry(const std::string& node) {
    store.put(
        kCore + "pods/cr-1",
        R"({"metadata":{"name":"cr-1","labels":{"connected-registry.io/name":"cr","connected-registry.io/component":"registry"}},
            "spec":{"nodeName":")" +
            node + R"("}})");
  }
  std::string run(seconds timeout = seconds(60)) {
    std::ostringstream out;
    uninstall(client, {.installation = kInstallation, .timeout = timeout, .interval = milliseconds(20)}, out,
              stop.get_token());
    return out.str();
  }
  std::string run_after() {
    std::ostringstream out;
    uninstall_after(
        client,
        {.common = {.installation = kInstallation, .timeout = seconds(60), .interval = milliseconds(20)},
         .release = "my",
         .cert_manager_webhook_secret = "my-webhook-ca",
         .cert_manager = "my-cert-manager",
         .cert_manager_leader_namespace = "kube-system"},
        out, stop.get_token());
    return out.str();
  }

  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  std::stop_source stop;
};

TEST_F(UninstallTest, removes_what_was_made_at_run_time_and_nothing_else) {
  put_lease("a", contract::NodeState::kRemoved);
  store.put(kLeases + "somebodys", "{}");
  const std::string out = run();
  EXPECT_THAT(store.names(kCore + "secrets"), ElementsAre("cr-parent", "cr-settings"));
  EXPECT_THAT(store.names(kCore + "configmaps"), IsEmpty());
  EXPECT_THAT(store.names(kCertManager + "certificates"), IsEmpty());
  EXPECT_THAT(store.names(kCertManager + "issuers"), IsEmpty());
  EXPECT_THAT(store.names(kLeases.substr(0, kLeases.size() - 1)), ElementsAre("somebodys"));
  EXPECT_TRUE(contract::is_uninstalling(store.get(kCore + "secrets/cr-settings"), system_now()));
  EXPECT_THAT(out, AllOf(HasSubstr("trust files removed from 1 of 1 nodes"),
                         HasSubstr("deleted Secret cr-active-tls"),
                         HasSubstr("ready: helm can delete the release"), Not(HasSubstr("warning"))));
}

TEST_F(UninstallTest, deletes_certificates_before_the_secrets_that_they_would_fill) {
  run();
  const auto writes = store.writes();
  const auto at = [&](const std::string& write) { return std::find(writes.begin(), writes.end(), write); };
  EXPECT_LT(at("DELETE " + kCertManager + "certificates/cr-ca"), at("DELETE " + kCore + "secrets/cr-ca"));
  EXPECT_LT(at("PATCH " + kCore + "configmaps/cr-ca-bundle"),
            at("DELETE " + kCertManager + "certificates/cr-ca"));
}

TEST_F(UninstallTest, waits_for_agents_that_can_answer) {
  put_node("a", true, true);
  put_lease("a", contract::NodeState::kTrusted);
  std::jthread agent([this] {
    store.await([&] {
      return contract::is_uninstalling(store.get(kCore + "configmaps/cr-ca-bundle"), system_now()) &&
             store.reads("/api/v1/nodes/a") > 0;
    });
    EXPECT_TRUE(store.has(kCore + "secrets/cr-active-tls")) << "nothing is deleted before";
    put_lease("a", contract::NodeState::kRemoved);
  });
  EXPECT_THAT(run(),
              AllOf(HasSubstr("waiting for the trust agents on: a"), HasSubstr("removed from 1 of 1")));
}

TEST_F(UninstallTest, does_not_wait_for_nodes_that_cannot_answer_but_names_them_and_the_way_out) {
  put_node("down", false, true);
  put_lease("down", contract::NodeState::kTrusted);
  put_node("bare", true, false);
  put_lease("bare", contract::NodeState::kTrusted);
  put_lease("gone", contract::NodeState::kTrusted);  // not part of the cluster any more
  EXPECT_THAT(run(),
              AllOf(HasSubstr("answered in time, on: bare, down\n"),
                    HasSubstr("remove them on each node as root with: "), Not(HasSubstr("waiting for"))));
  EXPECT_FALSE(store.has(kLeases + "cr-node-down"));
}

TEST_F(UninstallTest, ends_in_time_and_tells_why_an_agent_did_not) {
  put_node("a", true, true);
  put_lease("a", contract::NodeState::kFailed, "read-only file system");
  // Less than deleting may take: there is no time to wait.
  EXPECT_THAT(run(seconds(5)), AllOf(HasSubstr("trust agent on a: read-only file system"),
                                     HasSubstr("remove them on each node as root with")));
  EXPECT_FALSE(store.has(kCore + "secrets/cr-active-tls"));
}

TEST_F(UninstallTest, has_no_nodes_to_wait_for_without_a_bundle) {
  store.remove(kCore + "configmaps/cr-ca-bundle");
  EXPECT_THAT(run(), AllOf(Not(HasSubstr("nodes")), Not(HasSubstr("warning"))));
  EXPECT_FALSE(store.has(kCore + "secrets/cr-ca"));
}

TEST_F(UninstallTest, does_without_cert_manager) {
  store.fail("DELETE", kCertManager, 404);
  EXPECT_THAT(run(), Not(HasSubstr("could not")));
}

TEST_F(UninstallTest, goes_on_when_it_may_not_or_cannot_and_says_what_is_left) {
  store.fail("PATCH", kCore + "secrets/cr-settings", 403);
  store.fail("DELETE", kCore + "secrets/cr-ca", 403);
  const std::string out = run();
  EXPECT_THAT(out, AllOf(HasSubstr("warning: cannot notify the controller"),
                         HasSubstr("could not delete Secret cr-ca"),
                         HasSubstr("kubectl -n edge delete Secret cr-ca")));
  EXPECT_FALSE(store.has(kCore + "secrets/cr-tls-source"));
}

TEST_F(UninstallTest, tries_again_when_the_api_server_restarts) {
  store.fail("PATCH", kCore + "configmaps/cr-ca-bundle", 503);
  std::jthread api_server([this] {
    store.await([&] {
      const auto writes = store.writes();
      return std::find(writes.begin(), writes.end(), "PATCH " + kCore + "configmaps/cr-ca-bundle") !=
             writes.end();
    });
    store.fail("PATCH", kCore + "configmaps/cr-ca-bundle", 0);
  });
  put_lease("a", contract::NodeState::kRemoved);
  EXPECT_THAT(run(), HasSubstr("removed from 1 of 1"));
}

TEST_F(UninstallTest, does_not_take_an_api_that_fails_for_nodes_that_are_clean) {
  put_node("a", true, true);
  put_lease("a", contract::NodeState::kTrusted);
  const std::string leases = kLeases.substr(0, kLeases.size() - 1);
  store.fail("GET", leases, 503);
  std::jthread api_server([&] {
    store.await([&] { return store.reads(leases) > 1; });
    EXPECT_TRUE(store.has(kCore + "secrets/cr-active-tls"));
    put_lease("a", contract::NodeState::kRemoved);
    store.fail("GET", leases, 0);
  });
  EXPECT_THAT(run(), AllOf(HasSubstr("warning: cannot read which nodes"), HasSubstr("removed from 1 of 1")));
}

TEST_F(UninstallTest, does_not_wait_for_what_it_may_not_see) {
  put_lease("a", contract::NodeState::kTrusted);
  store.fail("GET", "/api/v1/nodes/", 403);
  EXPECT_THAT(run(), HasSubstr("warning: cannot read which nodes"));
  EXPECT_FALSE(store.has(kCore + "secrets/cr-active-tls"));
}

TEST_F(UninstallTest, deletes_again_what_somebody_made_again) {
  std::jthread cert_manager([this] {
    store.await([&] { return !store.has(kCore + "secrets/cr-ca"); });
    store.put(kCore + "secrets/cr-ca", "{}");
  });
  run();
  EXPECT_FALSE(store.has(kCore + "secrets/cr-ca"));
}

TEST_F(UninstallTest, afterwards_deletes_the_leases_that_cert_managers_pods_held_once_they_are_gone) {
  store.put(kLeaderLeases + "cert-manager-controller",
            R"({"spec":{"holderIdentity":"my-cert-manager-1-external-cert-manager-controller"}})");
  store.put(kLeaderLeases + "cert-manager-cainjector-leader-election",
            R"({"spec":{"holderIdentity":"my-cert-manager-cainjector-1_uuid"}})");
  store.put(kLeaderLeases + "cert-manager-cainjector-leader-election-core",
            R"({"spec":{"holderIdentity":""}})");  // released by a leader that ended in time
  store.put(
      kCore + "pods/leader",
      R"({"metadata":{"labels":{"app.kubernetes.io/component":"cainjector","app.kubernetes.io/instance":"my"}}})");
  std::jthread kubelet([this] {
    store.await([&] { return store.reads(kCore + "pods") > 1; });
    EXPECT_TRUE(store.has(kLeaderLeases + "cert-manager-controller")) << "its holder may renew it yet";
    store.remove(kCore + "pods/leader");
  });
  run_after();
  EXPECT_FALSE(store.has(kLeaderLeases + "cert-manager-controller"));
  EXPECT_FALSE(store.has(kLeaderLeases + "cert-manager-cainjector-leader-election"));
  EXPECT_FALSE(store.has(kLeaderLeases + "cert-manager-cainjector-leader-election-core"));
}

TEST_F(UninstallTest, afterwards_leaves_the_lease_of_another_cert_manager_alone) {
  store.put(kLeaderLeases + "cert-manager-controller",
            R"({"spec":{"holderIdentity":"cert-manager-1-external-cert-manager-controller"}})");
  run_after();
  EXPECT_TRUE(store.has(kLeaderLeases + "cert-manager-controller"));
}

TEST_F(UninstallTest, afterwards_waits_for_cert_managers_webhook_and_deletes_its_secret) {
  store.put(kCore + "secrets/my-webhook-ca", "{}");
  store.put(
      kCore + "pods/hook",
      R"({"metadata":{"labels":{"app.kubernetes.io/component":"webhook","app.kubernetes.io/instance":"my"}}})");
  store.put(kLeases + "cr-controller", "{}");
  std::jthread kubelet([this] {
    store.await([&] { return store.reads(kCore + "pods") > 1; });
    EXPECT_TRUE(store.has(kCore + "secrets/my-webhook-ca"));
    store.remove(kCore + "pods/hook");
  });
  const std::string out = run_after();
  EXPECT_THAT(out,
              AllOf(HasSubstr("waiting for cert-manager's pods"), HasSubstr("deleted Secret my-webhook-ca"),
                    HasSubstr("all objects created at run time are deleted")));
  EXPECT_FALSE(store.has(kCore + "secrets/my-webhook-ca"));
  EXPECT_FALSE(store.has(kLeases + "cr-controller"));
  EXPECT_TRUE(store.has(kCore + "secrets/cr-settings"));
}

constexpr const char* kForce = "kubectl delete pod cr-1 --namespace edge --force";

TEST_F(UninstallTest, says_what_keeps_the_volume_claim_where_the_registry_is_on_a_node_that_is_down) {
  put_node("a", false, false);
  put_lease("a", contract::NodeState::kTrusted);
  put_registry("a");
  EXPECT_THAT(run(), AllOf(HasSubstr("the registry's pod is on a"), HasSubstr(kForce)));
}

TEST_F(UninstallTest, says_nothing_of_a_registry_whose_node_answers) {
  put_node("a", false, false);
  put_lease("a", contract::NodeState::kTrusted);
  put_registry("b");
  EXPECT_THAT(run(), AllOf(HasSubstr("trust files remain"), Not(HasSubstr(kForce))));
}

TEST_F(UninstallTest, ends_at_once_when_it_is_told_to) {
  put_node("a", true, true);
  put_lease("a", contract::NodeState::kTrusted);
  stop.request_stop();
  EXPECT_THAT(run(), HasSubstr("trust files remain"));
}

}  // namespace
}  // namespace connected_registry::controller
