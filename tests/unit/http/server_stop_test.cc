// How a server ends.
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
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::RawClient;

class StopTest : public testing::ServerTest {
 protected:
  StopTest() {
    // Answers once it may.
    routes_.push_back({"/slow", [this](const HttpRequest&) {
                         entered_.count_down();
                         may_end_.wait();
                         return HttpResponse{.body = "done"};
                       }});
  }
  std::future<void> stop(const StopOptions& options) {
    return std::async(std::launch::async, [this, options] { server_->stop(options); });
  }

  std::latch entered_{1};
  std::latch may_end_{1};
};

TEST_F(StopTest, lets_a_request_under_way_end) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/slow", "{}")));
  entered_.wait();
  const auto stopped = stop({.leave = milliseconds(0), .finish = seconds(10)});
  EXPECT_EQ(stopped.wait_for(milliseconds(100)), std::future_status::timeout);
  may_end_.count_down();
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "done");
  EXPECT_THAT(response->head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(StopTest, keeps_small_requests_going_while_a_large_one_takes_long) {
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

TEST_F(StopTest, closes_idle_connections_at_once) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  ASSERT_TRUE(client.receive());
  const auto stopped = stop({.leave = milliseconds(0), .finish = seconds(10)});
  EXPECT_TRUE(client.is_closed());
}

TEST_F(StopTest, answers_the_first_request_of_a_new_connection) {
  start();
  RawClient client = connect();
  const auto stopped = stop({.leave = milliseconds(0), .finish = seconds(10)});
  while (connect().connected()) continue;
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  const auto answer = client.receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(answer->head, HasSubstr("Connection: close\r\n"));
}

TEST_F(StopTest, accepts_nobody_afterwards) {
  start();
  server_->stop({});
  EXPECT_FALSE(connect().connected());
}

TEST_F(StopTest, sends_clients_elsewhere_before_it_closes) {
  start();
  RawClient early = connect();
  ASSERT_TRUE(early.send(post("/echo", "{}")));
  const auto before = early.receive();
  ASSERT_TRUE(before);
  EXPECT_THAT(before->head, Not(HasSubstr("Connection: close")));
  const auto stopped = stop({.leave = milliseconds(500), .finish = seconds(10)});
  // Until the stop has begun, answers are as ever.
  for (;;) {
    RawClient late = connect();
    ASSERT_TRUE(late.send(post("/echo", "{}")));
    const auto answer = late.receive();
    ASSERT_TRUE(answer);
    if (answer->head.find("Connection: close") != std::string::npos) break;
  }
  ASSERT_TRUE(early.send(post("/echo", "{}")));
  const auto after = early.receive();
  ASSERT_TRUE(after);
  EXPECT_THAT(after->head, HasSubstr("Connection: close\r\n"));
}

TEST_F(StopTest, cuts_what_does_not_end_in_time) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\n"));
  server_->stop({.leave = milliseconds(0), .finish = milliseconds(50)});
  EXPECT_TRUE(client.is_closed());
}

TEST_F(StopTest, may_be_asked_for_twice) {
  start();
  server_->stop({});
  server_->stop({});
}

TEST_F(StopTest, is_what_destruction_does_at_once) {
  start();
  RawClient client = connect();
  server_.reset();
  EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace connected_registry::http
