#include "http/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "http/server_fixture.h"

namespace connected_registry::http {
namespace {

using testing::RawClient;

class HealthTest : public testing::ServerTest {
 protected:
  HealthTest() {
    options_.certificate = nullptr;
    options_.limits = kGetOrHead;
    routes_ = health_routes(
        [this]() -> Status {
          if (ready_) return {};
          return fail(ErrorCode::kUnavailable, "the settings Secret is not read yet");
        },
        metrics_);
  }
  testing::RawResponse get(std::string_view path) {
    RawClient client = connect();
    client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.receive().value_or(testing::RawResponse{});
  }

  std::atomic<bool> ready_ = false;
  metrics::Registry metrics_;
};

TEST_F(HealthTest, is_alive_before_it_is_ready) {
  start();
  EXPECT_EQ(get("/healthz").status, 200);
  const auto response = get("/readyz");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "not ready: the settings Secret is not read yet\n");
}

TEST_F(HealthTest, is_ready_once_what_it_waits_for_is_there) {
  ready_ = true;
  start();
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(get("/").status, 404);
}

TEST_F(HealthTest, gives_prometheus_what_was_counted) {
  metrics_.counter("connected_registry_things_total", "Things").add(3);
  start();
  const auto response = get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.head, ::testing::HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(response.body, ::testing::HasSubstr("\nconnected_registry_things_total 3\n"));
}

}  // namespace
}  // namespace connected_registry::http
