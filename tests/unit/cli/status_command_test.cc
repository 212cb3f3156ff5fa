// What a person sees of the nodes from his own machine, by kubeconfig.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "cli/cli.h"
#include "contract/node_report.h"
#include "contract/sync_report.h"
#include "kube/fake_api.h"
#include "support/api_store.h"
#include "support/temporary_directory.h"

namespace connected_registry::cli {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using ::testing::HasSubstr;
using ::testing::Not;

const names::Installation kInstallation{.name = "cr", .namespace_ = "edge"};
const std::string kLeases = "/apis/coordination.k8s.io/v1/namespaces/edge/leases";
const std::string kAllLeases = "/apis/coordination.k8s.io/v1/leases";

class StatusCommand : public ::testing::Test {
 protected:
  StatusCommand() {
    ::unsetenv("KUBECONFIG");
    ::unsetenv("KUBERNETES_SERVICE_HOST");
    const std::string server = "https://127.0.0.1:" + std::to_string(api.configuration().port);
    const std::string authority = (directory.path() / "ca.crt").string();
    EXPECT_TRUE(file::write_atomically(authority, api.ca().certificate.to_pem(), 0600));
    const std::string text =
        "current-context: edge\n"
        "contexts: [{name: edge, context: {cluster: c, user: u, namespace: edge}}]\n"
        "clusters: [{name: c, cluster: {server: '" +
        server +
        "', certificate-authority: ca.crt}}]\n"
        "users: [{name: u, user: {token: token-1}}]\n";
    EXPECT_TRUE(file::write_atomically(kubeconfig(), text, 0600));
  }
  std::string kubeconfig() const { return (directory.path() / "config").string(); }

  void put(const std::string& node, contract::NodeState state, const std::string& message) {
    contract::NodeStatus status;
    status.state = state;
    status.message = message;
    status.verified = system_now();
    store.put(kLeases + "/" + kInstallation.node_status(node),
              contract::render_node_lease(kInstallation, node, "uid", status));
  }
  void put(const contract::SyncReport& report) {
    auto lease = contract::render_sync_lease(kInstallation, "pod", report);
    auto& allocator = lease.GetAllocator();
    json::Value& labels = json::object_at(lease["metadata"], "labels", allocator);
    json::set(labels, names::kNameLabel, kInstallation.name, allocator);  // by the chart
    store.put(kLeases + "/" + kInstallation.sync_lease(), lease);
  }
  int show(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"connected-registry", "status", "--kubeconfig", kubeconfig()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<const char*> argv;
    for (const std::string& argument : arguments) argv.push_back(argument.c_str());
    out.str("");
    err.str("");
    return run(static_cast<int>(argv.size()), argv.data(), out, err);
  }

  connected_registry::testing::TemporaryDirectory directory;
  FakeApi api;
  ApiStore store{api};
  std::ostringstream out;
  std::ostringstream err;
};

TEST_F(StatusCommand, is_a_line_a_node_and_its_exit_code_says_whether_all_trust_it) {
  put("node-1", contract::NodeState::kTrusted, "trusts 192.100.100.1");
  EXPECT_EQ(show({"--namespace", "edge"}), kSuccess) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("node-1  Trusted"));
  put("node-2", contract::NodeState::kFailed, "set config_path");
  EXPECT_EQ(show({"--namespace", "edge"}), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("set config_path"));
}

TEST_F(StatusCommand, shows_the_repositories_too_and_fails_where_one_is_not_up_to_date) {
  put("node-1", contract::NodeState::kTrusted, "trusts 192.100.100.1");
  contract::SyncReport report;
  report.repositories = {{.repository = "team/app", .last_run = system_now(), .last_success = system_now()}};
  put(report);
  EXPECT_EQ(show({"--namespace", "edge"}), kSuccess) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("node-1  Trusted"));
  EXPECT_THAT(out.str(), HasSubstr("team/app    Succeeded"));
  report.repositories.front().reason = "UNAUTHORIZED";
  put(report);
  EXPECT_EQ(show({"--namespace", "edge"}), kFailure);
  EXPECT_THAT(out.str(), HasSubstr("UNAUTHORIZED"));
}

TEST_F(StatusCommand, asks_the_contexts_namespace_where_it_may_not_ask_all) {
  put("node-1", contract::NodeState::kTrusted, "trusts 192.100.100.1");
  store.fail("GET", kAllLeases, 403);
  EXPECT_EQ(show(), kSuccess) << err.str();
  EXPECT_THAT(out.str(), HasSubstr("node-1"));
}

TEST_F(StatusCommand, says_that_nobody_has_reported_and_that_the_cluster_cannot_be_asked) {
  EXPECT_EQ(show({"--namespace", "edge"}), kFailure);
  EXPECT_THAT(err.str(), HasSubstr("no node has reported"));
  store.fail("GET", kLeases, 403);
  EXPECT_EQ(show({"--namespace", "edge"}), kUsage);
  EXPECT_THAT(err.str(), HasSubstr("context"));
  EXPECT_EQ(show({"--context", "nowhere"}), kUsage);
  EXPECT_THAT(err.str(), HasSubstr("nowhere"));
  EXPECT_THAT(err.str(), Not(HasSubstr("token-1")));
}

}  // namespace
}  // namespace connected_registry::cli
