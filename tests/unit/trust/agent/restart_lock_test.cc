#include "trust/agent/restart_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <string>

#include "kube/fake_api.h"

namespace connected_registry::trust {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

const std::string kLease = "/apis/coordination.k8s.io/v1/namespaces/edge/leases/cr-restart";

// An API server with one Lease.
class RestartLockTest : public ::testing::Test {
 protected:
  RestartLockTest() {
    api.handle([this](const kube::testing::SeenRequest& request, httplib::Response& response) {
      const std::lock_guard lock(mutex);
      const json::Document sent = kube::testing::document(request.body.empty() ? "{}" : request.body);
      if (request.method == "GET" && lease.empty()) {
        response.status = 404;
        response.set_content(kube::testing::status_object(404, "NotFound", "no lease"), "application/json");
        return;
      }
      if (request.method == "PUT" &&
          json::string_at(sent, {"metadata", "resourceVersion"}) !=
              json::string_at(kube::testing::document(lease), {"metadata", "resourceVersion"})) {
        response.status = 409;
        response.set_content(kube::testing::status_object(409, "Conflict", "changed"), "application/json");
        return;
      }
      if (request.method != "GET") store(sent);
      response.set_content(lease, "application/json");
      // Another node is faster, between the read and the write.
      if (request.method == "GET" && raced) store(kube::testing::document(lease));
    });
  }
  // Needs the mutex, or no request on its way.
  void store(const json::Value& object) {
    json::Document copy;
    copy.CopyFrom(object, copy.GetAllocator());
    json::set(json::object_at(copy, "metadata", copy.GetAllocator()), "resourceVersion",
              std::to_string(++version), copy.GetAllocator());
    lease = json::to_text(copy);
  }
  void put(const std::string& holder, const std::string& renew_time = "2026-01-31T12:00:00.000000Z") {
    store(kube::testing::document(R"({"metadata":{"name":"cr-restart"},"spec":{"holderIdentity":")" + holder +
                                  R"(","renewTime":")" + renew_time + R"("}})"));
  }
  std::string holder() const {
    return std::string(json::string_at(kube::testing::document(lease), {"spec", "holderIdentity"}));
  }
  RestartLock lock_of(const std::string& node) {
    return {client, {.installation = {.name = "cr", .namespace_ = "edge"}, .node = node}, system_now, [this] {
              return now;
            }};
  }

  std::chrono::steady_clock::time_point now;
  std::mutex mutex;
  std::string lease;
  int version = 0;
  bool raced = false;
  kube::testing::FakeApi api;
  kube::Client client{api.configuration()};
};

TEST_F(RestartLockTest, is_for_one_node_at_a_time) {
  RestartLock one = lock_of("node-1");
  RestartLock two = lock_of("node-2");
  ASSERT_TRUE(one.acquire());
  EXPECT_EQ(holder(), "node-1");
  const auto refused = two.acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("node-1"));
  ASSERT_TRUE(one.release());
  EXPECT_EQ(holder(), "");
  ASSERT_TRUE(two.acquire());
  EXPECT_EQ(holder(), "node-2");
}

TEST_F(RestartLockTest, expires_when_its_holder_died) {
  put("node-1");
  RestartLock two = lock_of("node-2");
  EXPECT_FALSE(two.acquire());
  now += minutes(10) - seconds(1);
  EXPECT_FALSE(two.acquire());
  now += seconds(1);
  ASSERT_TRUE(two.acquire());
  EXPECT_EQ(holder(), "node-2");
}

TEST_F(RestartLockTest, does_not_expire_while_its_holder_renews_it) {
  put("node-1");
  RestartLock two = lock_of("node-2");
  EXPECT_FALSE(two.acquire());
  now += minutes(9);
  put("node-1", "2026-01-31T12:09:00.000000Z");
  EXPECT_FALSE(two.acquire());
  now += minutes(9);
  EXPECT_FALSE(two.acquire());
  now += minutes(1);
  EXPECT_TRUE(two.acquire());
}

TEST_F(RestartLockTest, does_not_ask_the_clocks_of_other_nodes) {
  for (const char* const time : {"2001-01-01T00:00:00.000000Z", "2199-01-01T00:00:00.000000Z", ""}) {
    put("node-1", time);
    RestartLock two = lock_of("node-2");
    EXPECT_FALSE(two.acquire()) << time;
    now += minutes(10);
    EXPECT_TRUE(two.acquire()) << time;
  }
}

TEST_F(RestartLockTest, belongs_to_the_node_though_its_agent_is_another) {
  put("node-1");
  RestartLock again = lock_of("node-1");
  EXPECT_TRUE(again.acquire());
}

TEST_F(RestartLockTest, is_not_released_by_a_node_that_lost_it) {
  RestartLock one = lock_of("node-1");
  ASSERT_TRUE(one.acquire());
  put("node-2");
  EXPECT_TRUE(one.release());
  EXPECT_EQ(holder(), "node-2");
}

TEST_F(RestartLockTest, goes_to_the_faster_node) {
  put("");
  raced = true;
  RestartLock one = lock_of("node-1");
  const auto lost = one.acquire();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(holder(), "");
}

TEST_F(RestartLockTest, is_not_acquired_while_the_api_refuses) {
  api.answer(403, kube::testing::status_object(403, "Forbidden", "no right"));
  RestartLock one = lock_of("node-1");
  const auto refused = one.acquire();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_FALSE(one.release());
}

}  // namespace
}  // namespace connected_registry::trust
