// Tests of HttpServer::stop().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <latch>
#include <thread>

#include "http/server.h"
#include "http/server_fixture.h"

namespace connected_registry::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::RawClient;

class ServerStopTest : public testing::ServerTest {
 protected:
  ServerStopTest() {
    // Clients that do not close their side hold the server up for so long.
    options_.timeouts.linger = milliseconds(50);
    // Answers once may_end_ is counted down.
    routes_.push_back({"/slow", [this](const HttpRequest&) {
                         entered_.count_down();
                         may_end_.wait();
                         return HttpResponse{.body = "done"};
                       }});
  }
  std::future<void> stop(const StopOptions& options) {
    return std::async(std::launch::async, [this, options] { server_->stop(options); });
  }
  void wait_until_it_drains() {
    for (;;) {
      RawClient client = connect();
      ASSERT_TRUE(client.send(post("/echo", "{}")));
      const auto response = client.receive();
      ASSERT_TRUE(response);
      if (response->head.find("Connection: close") != std::string::npos) return;
    }
  }

  std::latch entered_{1};
  std::latch may_end_{1};
};

TEST_F(ServerStopTest, lets_a_request_under_way_end) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/slow", "{}")));
  entered_.wait();
  const auto stopped = stop({.drain_timeout = milliseconds(0), .grace_period = seconds(10)});
  EXPECT_EQ(stopped.wait_for(milliseconds(100)), std::future_status::timeout);
  may_end_.count_down();
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "done");
  EXPECT_THAT(response->head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerStopTest, keeps_small_requests_going_while_a_large_one_takes_long) {
  start();
  RawClient large = connect();
  ASSERT_TRUE(large.send(post("/slow", std::string(100'000, 'x'))));
  entered_.wait();
  RawClient small = connect();
  ASSERT_TRUE(small.send(post("/echo", "{}")));
  EXPECT_TRUE(small.receive());
  may_end_.count_down();
  EXPECT_TRUE(large.receive());
}

TEST_F(ServerStopTest, closes_idle_connections_at_once) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  ASSERT_TRUE(client.receive());
  const auto stopped = stop({.drain_timeout = milliseconds(0), .grace_period = seconds(10)});
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerStopTest, answers_the_first_request_of_a_new_connection) {
  start();
  RawClient client = connect();
  const auto stopped = stop({.drain_timeout = milliseconds(0), .grace_period = seconds(10)});
  while (connect().connected()) continue;
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->head, HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerStopTest, accepts_nobody_afterwards) {
  // The acceptor may or may not have begun: both orders have to be met.
  for (int attempt = 0; attempt < 50; ++attempt) {
    start();
    server_->stop({});
    const RawClient client(server_->port(), RawClient::Tls::kNo);
    ASSERT_FALSE(client.connected()) << "the system still accepts connections, attempt " << attempt;
  }
}

TEST_F(ServerStopTest, sends_clients_elsewhere_before_it_closes) {
  start();
  RawClient early = connect();
  ASSERT_TRUE(early.send(post("/echo", "{}")));
  const auto before = early.receive();
  ASSERT_TRUE(before);
  EXPECT_THAT(before->head, Not(HasSubstr("Connection: close")));
  const auto stopped = stop({.drain_timeout = milliseconds(500), .grace_period = seconds(10)});
  wait_until_it_drains();
  ASSERT_TRUE(early.send(post("/echo", "{}")));
  const auto after = early.receive();
  ASSERT_TRUE(after);
  EXPECT_THAT(after->head, HasSubstr("Connection: close\r\n"));
}

TEST_F(ServerStopTest, cuts_what_does_not_end_in_time) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\n"));
  server_->stop({.drain_timeout = milliseconds(0), .grace_period = milliseconds(50)});
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerStopTest, may_be_asked_for_twice) {
  start();
  server_->stop({});
  server_->stop({});
}

TEST_F(ServerStopTest, ends_the_drain_when_it_is_asked_for_again_without_one) {
  start();
  RawClient client = connect();
  const auto draining = stop({.drain_timeout = minutes(10), .grace_period = minutes(10)});
  wait_until_it_drains();
  const auto before = std::chrono::steady_clock::now();
  server_->stop({.drain_timeout = milliseconds(0), .grace_period = milliseconds(0)});
  draining.wait();
  EXPECT_LT(std::chrono::steady_clock::now() - before, minutes(1));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerStopTest, ends_the_grace_period_when_it_is_asked_for_again_without_one) {
  options_.timeouts.head = minutes(1);
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\n"));
  const auto closing = stop({.drain_timeout = milliseconds(0), .grace_period = minutes(10)});
  while (connect().connected()) continue;
  EXPECT_EQ(closing.wait_for(milliseconds(50)), std::future_status::timeout);
  const auto before = std::chrono::steady_clock::now();
  server_->stop({.drain_timeout = milliseconds(0), .grace_period = milliseconds(0)});
  closing.wait();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(30)) << "not before the head's timeout";
  EXPECT_TRUE(client.is_closed());
}

TEST_F(ServerStopTest, is_not_prolonged_by_a_second_call) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/slow", "{}")));
  entered_.wait();
  const auto first = stop({.drain_timeout = milliseconds(0), .grace_period = minutes(10)});
  const auto second = stop({.drain_timeout = minutes(10), .grace_period = minutes(10)});
  EXPECT_EQ(second.wait_for(milliseconds(50)), std::future_status::timeout)
      << "it returns once all is closed";
  may_end_.count_down();
  EXPECT_EQ(second.wait_for(minutes(1)), std::future_status::ready);
  EXPECT_EQ(first.wait_for(minutes(1)), std::future_status::ready);
}

TEST_F(ServerStopTest, is_what_destruction_does_at_once) {
  start();
  RawClient client = connect();
  server_.reset();
  EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace connected_registry::http
