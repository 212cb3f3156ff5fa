#include "controller/live_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "base/sha256.h"
#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;

const std::string kPods = "/api/v1/namespaces/shop/pods/";
constexpr PodClassification kOutdated{.injected = true, .missed = false, .outdated = true, .restart = false};

class LiveUpdateTest : public ::testing::Test {
 protected:
  LiveUpdateTest() { policy->bundle = "PEM"; }
  void begin() {
    update = std::make_unique<LiveUpdate>(
        client, [this] { return policy; }, table);
    thread = std::jthread([this](const std::stop_token& stop) { update->run(stop); });
  }
  // Waits until the update that goes on is recorded in the table.
  void end() {
    thread.request_stop();
    thread.join();
  }
  // In the API and in the table.
  void put_outdated(const std::string& name) {
    store.put(kPods + name,
              R"({"metadata":{"name":")" + name + R"(","namespace":"shop","uid":"uid-)" + name + R"("}})");
    set_outdated(name, policy->bundle);
  }
  void set_outdated(const std::string& name, const std::string& bundle) {
    table.set({.namespace_ = "shop", .name = name, .uid = "uid-" + name}, kOutdated, sha256_hex(bundle));
  }
  std::string bundle_of(const std::string& name) {
    const auto pod = store.get(kPods + name);
    return std::string(json::string_at(pod, {"metadata", "annotations", names::kBundleAnnotation}));
  }
  std::size_t outdated() {
    const auto summary = table.summary();
    return summary ? summary->outdated : 0;
  }
  auto tries(const std::string& name) {
    const auto writes = store.writes();
    return std::count(writes.begin(), writes.end(), "PATCH " + kPods + name);
  }

  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  PodTable table;
  std::shared_ptr<inject::Policy> policy = std::make_shared<inject::Policy>();
  std::unique_ptr<LiveUpdate> update;
  std::jthread thread;
};

TEST_F(LiveUpdateTest, writes_the_bundle_into_each_outdated_pod) {
  put_outdated("a");
  put_outdated("b");
  table.keep_only({"uid-a", "uid-b"});
  begin();
  ASSERT_TRUE(store.await([&] { return bundle_of("a") == "PEM" && bundle_of("b") == "PEM"; }));
  end();
  EXPECT_EQ(outdated(), 0U);
}

// The pod was classified against a bundle that the current policy does not have yet.
TEST_F(LiveUpdateTest, leaves_a_pod_outdated_that_is_classified_against_a_newer_bundle) {
  put_outdated("a");
  set_outdated("a", "NEWER");
  table.keep_only({"uid-a"});
  begin();
  ASSERT_TRUE(store.await([&] { return bundle_of("a") == "PEM"; }));
  end();
  EXPECT_EQ(outdated(), 1U);
}

TEST_F(LiveUpdateTest, retries_after_an_error_that_passes) {
  store.fail("PATCH", kPods + "a", 503);
  put_outdated("a");
  begin();
  ASSERT_TRUE(store.await([&] { return tries("a") > 1; }));
  store.fail("PATCH", kPods + "a", 0);
  EXPECT_TRUE(store.await([&] { return bundle_of("a") == "PEM"; }));
}

TEST_F(LiveUpdateTest, goes_on_with_the_next_pod_after_one_that_is_refused) {
  store.fail("PATCH", kPods + "a", 422);
  put_outdated("a");
  put_outdated("b");
  begin();
  EXPECT_TRUE(store.await([&] { return bundle_of("b") == "PEM"; }));
  EXPECT_EQ(tries("a"), 1) << "a refusal is retried when the pod changes";
}

TEST_F(LiveUpdateTest, goes_on_with_the_next_pod_after_one_that_is_gone) {
  set_outdated("gone", "PEM");
  put_outdated("b");
  begin();
  EXPECT_TRUE(store.await([&] { return bundle_of("b") == "PEM"; }));
}

}  // namespace
}  // namespace connected_registry::controller
