#include "controller/pod_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>

#include "inject/policy.h"
#include "kube/fake_api.h"
#include "support/api_store.h"

namespace connected_registry::controller {
namespace {

using kube::testing::ApiStore;
using kube::testing::FakeApi;
using std::chrono::milliseconds;

const std::string kEvents = "/api/v1/namespaces/shop/events";

std::shared_ptr<inject::Policy> policy(const std::string& bundle) {
  auto out = std::make_shared<inject::Policy>();
  out->installation = "cr";
  out->hosts = {"192.100.100.1"};
  out->bundle = bundle;
  out->subject_hashes = {"01234567"};
  return out;
}

class PodWatchTest : public ::testing::Test {
 protected:
  void begin(PodWatchIntervals intervals = {.policy = milliseconds(10), .relist = milliseconds(10)}) {
    watch = std::make_unique<PodWatch>(
        client,
        [this] {
          const std::lock_guard lock(mutex);
          return current;
        },
        table, system_now, intervals);
    thread = std::jthread([this](const std::stop_token& stop) { watch->run(stop); });
  }
  void set_policy(std::shared_ptr<const inject::Policy> next) {
    const std::lock_guard lock(mutex);
    current = std::move(next);
  }
  // A pod that uses the registry and has no CA.
  void put_pod(const std::string& name, const std::string& more = "") {
    store.put("/api/v1/namespaces/shop/pods/" + name,
              R"({"metadata":{"name":")" + name + R"(","namespace":"shop","uid":"uid-)" + name + "\"" + more +
                  R"(},"spec":{"containers":[{"name":"c","image":"192.100.100.1/a:1"}]}})");
  }
  auto event_writes() const {
    const auto writes = store.writes();
    return std::count(writes.begin(), writes.end(), "POST " + kEvents);
  }

  FakeApi api;
  ApiStore store{api};
  kube::Client client{api.configuration()};
  PodTable table;
  std::mutex mutex;
  std::shared_ptr<const inject::Policy> current = policy("PEM");
  std::unique_ptr<PodWatch> watch;
  std::jthread thread;
};

TEST_F(PodWatchTest, records_one_event_for_a_pod_however_often_it_changes) {
  put_pod("a");
  begin();
  ASSERT_TRUE(store.await_object(kEvents + "/cr-missed-uid-a"));
  put_pod("a", R"(,"annotations":{"note":"x"})");
  put_pod("b");
  ASSERT_TRUE(store.await_object(kEvents + "/cr-missed-uid-b")) << "the change of a was delivered before";
  EXPECT_EQ(event_writes(), 2);
}

TEST_F(PodWatchTest, takes_an_event_that_exists_for_recorded) {
  put_pod("a");
  put_pod("b");
  store.put(kEvents + "/cr-missed-uid-a", "{}");
  begin();
  ASSERT_TRUE(store.await_object(kEvents + "/cr-missed-uid-b")) << "a was classified before b";
  EXPECT_TRUE(table.has_event("uid-a", "cr-missed-uid-a"));
}

TEST_F(PodWatchTest, forgets_a_pod_that_is_gone_and_its_event) {
  put_pod("a");
  put_pod("b");
  begin();
  ASSERT_TRUE(store.await_object(kEvents + "/cr-missed-uid-b"));
  EXPECT_TRUE(table.has_event("uid-a", "cr-missed-uid-a"));
  store.remove("/api/v1/namespaces/shop/pods/a");
  put_pod("c");
  ASSERT_TRUE(store.await_object(kEvents + "/cr-missed-uid-c"));
  EXPECT_FALSE(table.has_event("uid-a", "cr-missed-uid-a"));
}

TEST_F(PodWatchTest, waits_before_it_lists_all_pods_again_for_an_api_that_refuses_events) {
  constexpr milliseconds kRelist{700};
  put_pod("a");
  store.fail("POST", kEvents, 503);
  begin({.policy = milliseconds(10), .relist = kRelist});
  ASSERT_TRUE(store.await([&] { return event_writes() >= 1; }));
  const auto refused = std::chrono::steady_clock::now();
  ASSERT_TRUE(store.await([&] { return event_writes() >= 2; })) << "it is tried again";
  EXPECT_GE(std::chrono::steady_clock::now() - refused, kRelist / 2);
  store.fail("POST", kEvents, 0);
  EXPECT_TRUE(store.await_object(kEvents + "/cr-missed-uid-a"));
}

TEST_F(PodWatchTest, classifies_all_pods_against_a_new_policy) {
  put_pod("a");
  set_policy(policy(""));
  begin();
  EXPECT_FALSE(table.summary()) << "nothing is known while there is no CA";
  set_policy(policy("PEM"));
  ASSERT_TRUE(store.await([&] {
    const auto summary = table.summary();
    return summary && summary->missed.size() == 1;
  }));
  auto excluding = policy("PEM");
  excluding->excluded_namespaces = {"shop"};
  set_policy(excluding);
  EXPECT_TRUE(store.await([&] { return table.summary() == PodSummary(); }));
}

}  // namespace
}  // namespace connected_registry::controller
