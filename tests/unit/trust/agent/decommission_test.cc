#include "trust/agent/decommission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stop_token>
#include <string>

#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::trust {
namespace {

using kube::testing::ApiStore;
using kube::testing::document;
using kube::testing::FakeApi;

const std::string kDaemonSet = "/apis/apps/v1/namespaces/edge/daemonsets/cr-trust-agent";
const std::string kNamespace = "/api/v1/namespaces/edge";
const std::string kNode = "/api/v1/nodes/node-1";

class Decommission : public ::testing::Test {
 protected:
  Decommission() {
    store.put(kDaemonSet, R"({"spec":{"template":{"spec":{"nodeSelector":{"role":"edge"}}}}})");
    store.put(kNamespace, R"({"metadata":{}})");
    store.put(kNode, R"({"metadata":{"labels":{"role":"edge"}}})");
  }
  std::string reason(std::chrono::milliseconds timeout = std::chrono::milliseconds(0)) {
    return reason_to_decommission(
               client,
               {.installation = {.name = "cr", .namespace_ = "edge"}, .node = "node-1", .timeout = timeout},
               abort.get_token())
        .value_or("");
  }

  std::stop_source abort;
  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
};

TEST_F(Decommission, has_no_reason_while_the_release_selects_the_node) {
  EXPECT_EQ(reason(), "");
}

TEST_F(Decommission, is_for_a_release_that_is_gone_or_going) {
  store.put(kDaemonSet, R"({"metadata":{"deletionTimestamp":"2026-01-31T12:00:00Z"}})");
  EXPECT_EQ(reason(), "the release is being deleted");
  store.remove(kDaemonSet);
  EXPECT_EQ(reason(), "the release is gone");
  store.fail("GET", kDaemonSet, 403);
  EXPECT_EQ(reason(), "the release is gone") << "its rights went with it";
}

TEST_F(Decommission, is_for_a_namespace_that_is_going) {
  store.put(kNamespace, R"({"metadata":{"deletionTimestamp":"2026-01-31T12:00:00Z"}})");
  EXPECT_EQ(reason(), "the namespace is being deleted");
}

TEST_F(Decommission, is_for_a_node_that_is_not_selected_any_more) {
  store.put(kNode, R"({"metadata":{"labels":{"role":"other"}}})");
  EXPECT_EQ(reason(), "this node no longer matches the node selector of the agent");
}

TEST_F(Decommission, has_no_reason_while_the_api_does_not_answer) {
  store.fail("GET", kDaemonSet, 503);
  EXPECT_EQ(reason(), "");
}

TEST_F(Decommission, asks_again_after_one_request_that_failed) {
  int answers = 0;
  api.handle([&answers](const auto& /*request*/, httplib::Response& response) {
    response.status = ++answers == 1 ? 503 : 404;
  });
  EXPECT_EQ(reason(std::chrono::seconds(20)), "the release is gone");
  EXPECT_EQ(answers, 2);
}

TEST_F(Decommission, does_not_wait_once_it_is_aborted) {
  store.fail("GET", kDaemonSet, 503);
  abort.request_stop();
  EXPECT_EQ(reason(std::chrono::hours(1)), "");
  EXPECT_EQ(store.reads(kDaemonSet), 1U);
}

TEST(Selects, needs_every_label_of_the_selector) {
  const auto node = document(R"({"metadata":{"labels":{"a":"1","b":"2"}}})");
  const auto with = [](const std::string& selector) {
    return document(R"({"spec":{"template":{"spec":{"nodeSelector":)" + selector + "}}}}");
  };
  EXPECT_TRUE(selects(with(R"({"a":"1"})"), node));
  EXPECT_FALSE(selects(with(R"({"a":"1","b":"3"})"), node));
  EXPECT_FALSE(selects(with(R"({"c":"1"})"), node));
  EXPECT_TRUE(selects(with("null"), node));
  EXPECT_TRUE(selects(document("{}"), node));
}

}  // namespace
}  // namespace connected_registry::trust
