#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <future>
#include <vector>

#include "http/server_fixture.h"

namespace connected_registry::http {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::post;
using testing::RawClient;
using testing::ServerTest;

using HttpServerTest = ServerTest;

TEST_F(HttpServerTest, answers_over_tls_1_2_and_1_3) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawClient client = connect(version);
    ASSERT_TRUE(client.connected());
    ASSERT_TRUE(client.send(post("/echo", "{}")));
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "{}");
  }
}

TEST_F(HttpServerTest, refuses_tls_1_1) {
  start();
  EXPECT_FALSE(connect(TLS1_1_VERSION).connected());
}

TEST_F(HttpServerTest, keeps_a_connection_for_many_requests) {
  start();
  RawClient client = connect();
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(client.send(post("/echo", std::to_string(i))));
    const auto response = client.receive();
    ASSERT_TRUE(response);
    ASSERT_EQ(response->body, std::to_string(i));
  }
}

TEST_F(HttpServerTest, answers_requests_sent_at_once_in_their_order) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "1") + post("/echo", "2") + post("/echo", "3")));
  for (const char* expected : {"1", "2", "3"}) {
    const auto response = client.receive();
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, expected);
  }
}

TEST_F(HttpServerTest, takes_requests_that_come_in_pieces) {
  start();
  RawClient client = connect();
  for (const char byte : post("/echo", "{\"a\":1}")) ASSERT_TRUE(client.send({&byte, 1}));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "{\"a\":1}");
}

TEST_F(HttpServerTest, takes_a_body_of_the_most_there_may_be) {
  start();
  const std::string body(kMaxBody, 'x');
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", body)));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, body);
}

TEST_F(HttpServerTest, defuses_ranges_and_compression) {
  start();
  RawClient client = connect();
  const std::string ranges(8000, ',');
  ASSERT_TRUE(client.send(post("/echo", std::string(4096, 'a'),
                               "Range: bytes=0-1" + ranges + "\r\nAccept-Encoding: gzip, br\r\n")));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body.size(), 4096U);
  EXPECT_THAT(response->head, Not(HasSubstr("Content-Encoding")));
}

TEST_F(HttpServerTest, refuses_what_does_not_come_in_and_closes) {
  start();
  const std::vector<std::pair<std::string, int>> requests = {
      {"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", 405},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\r\n", 411},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
       "chunked\r\n\r\n"
       "fffffffffffffffe\r\n",
       411},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n",
       413},
      {"GET /" + std::string(5000, 'a'), 414},
      {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx", 415},
      {"POST /echo HTTP/1.1\r\nA: " + std::string(20000, 'a'), 431},
      {"nonsense\r\n\r\n", 400},
      {std::string("\x16\x03\x01\0\0\r\n\r\n", 9), 400},
  };
  for (const auto& [request, status] : requests) {
    RawClient client = connect();
    ASSERT_TRUE(client.send(request));
    const auto response = client.receive();
    ASSERT_TRUE(response) << request.substr(0, 100);
    EXPECT_EQ(response->status, status) << response->body;
    EXPECT_THAT(response->head, HasSubstr("Connection: close\r\n"));
    EXPECT_NE(response->body, "");
    EXPECT_TRUE(client.is_closed());
  }
}

TEST_F(HttpServerTest, lets_a_client_read_the_refusal_while_it_still_sends) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", std::string(kMaxBody + 1, 'x'))));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 413);
}

TEST_F(HttpServerTest, sends_100_continue_where_the_client_waits_for_it) {
  start();
  RawClient client = connect();
  const std::string request = post("/echo", "{}", "Expect: 100-continue\r\n");
  ASSERT_TRUE(client.send(request.substr(0, request.size() - 2)));
  const auto go_on = client.receive();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  ASSERT_TRUE(client.send("{}"));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "{}");
}

TEST_F(HttpServerTest, closes_where_the_client_asks_for_it) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}", "Connection: close\r\n")));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_THAT(response->head, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, does_not_wait_for_ever) {
  options_.timeouts.head = milliseconds(50);
  options_.timeouts.body = milliseconds(50);
  start();
  for (const std::string& part :
       {std::string("POST /echo HTTP/1.1\r\n"),
        std::string("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    "Content-Length: 5\r\n\r\n{}")}) {
    RawClient client = connect();
    ASSERT_TRUE(client.send(part));
    const auto response = client.receive();
    ASSERT_TRUE(response) << part;
    EXPECT_EQ(response->status, 408);
  }
}

TEST_F(HttpServerTest, counts_the_time_of_a_head_from_its_first_byte) {
  options_.timeouts.head = milliseconds(300);
  start();
  RawClient client = connect();
  // The client sends a byte now and then.
  while (client.is_quiet_for(milliseconds(20))) {
    if (!client.send("A")) break;
  }
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 408);
}

TEST_F(HttpServerTest, closes_connections_that_idle_too_long) {
  options_.timeouts.idle = milliseconds(50);
  start();
  RawClient client = connect();
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, closes_connections_that_do_not_shake_hands) {
  options_.timeouts.handshake = milliseconds(50);
  start();
  RawClient client(server_->port(), RawClient::Tls::kNo);
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, answers_a_client_that_has_sent_its_last_byte) {
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  client.finish_sending();
  EXPECT_TRUE(client.receive());
  EXPECT_TRUE(client.is_closed());
}

TEST_F(HttpServerTest, survives_clients_that_leave_in_the_middle) {
  start();
  for (const std::string& part :
       {std::string(), std::string("POST /ec"), post("/echo", "{}").substr(0, 90)}) {
    RawClient client = connect();
    client.send(part);
  }
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  EXPECT_TRUE(client.receive());
}

TEST_F(HttpServerTest, does_not_starve_behind_idle_connections) {
  start();
  std::vector<RawClient> idle;
  for (int i = 0; i < 100; ++i) {
    idle.push_back(connect());
    ASSERT_TRUE(idle.back().connected());
  }
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  EXPECT_TRUE(client.receive());
  ASSERT_TRUE(idle.front().send(post("/echo", "1")));
  EXPECT_TRUE(idle.front().receive());
}

TEST_F(HttpServerTest, makes_room_by_closing_what_idled_for_longest) {
  options_.max_connections = 2;
  start();
  RawClient first = connect();
  RawClient second = connect();
  for (RawClient* client : {&first, &second, &first}) {
    ASSERT_TRUE(client->send(post("/echo", "{}")));
    ASSERT_TRUE(client->receive());
  }
  // The server may not have noticed yet that `first` idles again; `second` has idled for longer either way.
  RawClient third = connect();
  ASSERT_TRUE(third.send(post("/echo", "3")));
  EXPECT_TRUE(third.receive());
  EXPECT_TRUE(second.is_closed());
  ASSERT_TRUE(first.send(post("/echo", "1")));
  EXPECT_TRUE(first.receive());
}

TEST_F(HttpServerTest, accepts_again_once_there_are_descriptors) {
  start();
  RawClient before = connect();
  ASSERT_TRUE(before.send(post("/echo", "{}")));
  ASSERT_TRUE(before.receive());
  // Uses up all descriptors but one, which the client takes: none is left for the server.
  std::vector<Descriptor> taken;
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit few{.rlim_cur = 200, .rlim_max = limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  for (;;) {
    Descriptor next(dup(0));
    if (!next) break;
    taken.push_back(std::move(next));
  }
  ASSERT_FALSE(taken.empty());
  taken.pop_back();
  auto waiting = std::async(std::launch::async, [this] {
    RawClient client = connect();
    return client.connected() && client.send(post("/echo", "{}")) && client.receive();
  });
  // The idle connection is evicted for the new one.
  EXPECT_TRUE(before.is_closed());
  taken.clear();
  EXPECT_TRUE(waiting.get());
  setrlimit(RLIMIT_NOFILE, &limit);
}

TEST_F(HttpServerTest, keeps_room_for_new_connections_where_half_open_ones_fill_it) {
  options_.max_connections = 20;
  start();
  RawClient steady = connect();
  ASSERT_TRUE(steady.send(post("/echo", "{}")));
  ASSERT_TRUE(steady.receive());
  std::vector<RawClient> half_open;
  for (int i = 0; i < 60; ++i) half_open.emplace_back(server_->port(), RawClient::Tls::kNo);
  RawClient late = connect();
  for (RawClient* client : {&steady, &late}) {
    ASSERT_TRUE(client->send(post("/echo", "{}")));
    EXPECT_TRUE(client->receive());
  }
}

TEST_F(HttpServerTest, sheds_large_requests_before_memory_grows) {
  start();
  const std::string most = post("/echo?timeout=10s", std::string(kMaxBody, 'x'));
  std::vector<RawClient> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(connect());
    slow.back().send(std::string_view(most).substr(0, most.size() - 1));
  }
  // A request that comes in one piece is served meanwhile.
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", std::string(40'000, 'x'))));
  ASSERT_TRUE(client.receive());
  int shed = 0;
  for (RawClient& one : slow) {
    one.send("x");
    const auto response = one.receive();
    if (response && response->status == 200) continue;
    if (response) {
      EXPECT_THAT(response->head, HasSubstr("503 Service Unavailable\r\nRetry-After: 1\r\n"));
    }
    ++shed;
  }
  EXPECT_GE(shed, 2);
}

TEST_F(HttpServerTest, counts_what_happens) {
  metrics::Registry metrics;
  options_.metrics = &metrics;
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  ASSERT_TRUE(client.receive());
  RawClient other = connect();
  ASSERT_TRUE(other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  ASSERT_TRUE(other.receive());
  const std::string text = metrics.text();
  for (const char* line :
       {"connections_total{server=\"https\"} 2\n", "requests_total{server=\"https\"} 1\n",
        "requests_refused_total{server=\"https\"} 1\n", "requests_shed_total{server=\"https\"} 0\n"}) {
    EXPECT_THAT(text, HasSubstr(std::string("connected_registry_http_") + line));
  }
  EXPECT_THAT(text, HasSubstr("connected_registry_http_connections{server=\"https\"} "));
  server_.reset();
}

TEST_F(HttpServerTest, serves_plain_http_without_a_certificate) {
  options_.certificate = nullptr;
  start();
  RawClient client = connect();
  ASSERT_TRUE(client.send(post("/echo", "{}")));
  const auto response = client.receive();
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "{}");
}

TEST_F(HttpServerTest, says_when_a_port_is_taken) {
  start();
  options_.port = server_->port();
  const auto second = HttpServer::start(options_, routes_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(second.error().message, HasSubstr("listen on port " + std::to_string(options_.port)));
}

TEST_F(HttpServerTest, says_when_a_host_is_no_address) {
  options_.host = "nowhere.example";
  const auto server = HttpServer::start(options_, routes_);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().message, HasSubstr("nowhere.example"));
}

TEST_F(HttpServerTest, listens_everywhere_without_a_host) {
  options_.host.clear();
  start();
  EXPECT_TRUE(connect().connected());
}

}  // namespace
}  // namespace connected_registry::http
