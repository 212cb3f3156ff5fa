#include "http/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "http/scripted_transport.h"

namespace connected_registry::http {
namespace {

using std::chrono::seconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::Script;
using testing::ScriptedTransport;
using ::testing::StartsWith;
using Event = Wait::Event;

std::string post(std::string_view body, std::string_view target = "/echo") {
  std::string out = "POST ";
  out.append(target).append(" HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n");
  return out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class ConnectionTest : public ::testing::Test {
 protected:
  ConnectionTest() { reset(); }

  void reset() {
    script_ = {};
    connection_ = std::make_unique<Connection>(std::make_unique<ScriptedTransport>(script_), server_);
    connection_->begin();
  }
  Wait advance() { return connection_->advance(worker_); }
  Wait send(std::string_view bytes) {
    script_.input.append(bytes);
    Wait wait = advance();
    // As another thread would.
    if (wait.event == Event::kNow && wait.takes_long) wait = advance();
    return wait;
  }

  ServerState server_{.routes = {{"/echo",
                                  [](const HttpRequest& request) {
                                    EXPECT_EQ(*(request.body.data() + request.body.size()), '\0');
                                    return HttpResponse{.body = {request.body.begin(), request.body.end()}};
                                  }}},
                      .limits = kPostJson,
                      .timeouts = {},
                      .metrics = {},
                      .budget = MemoryBudget(std::size_t{12} << 20)};
  WorkerContext worker_;
  Script script_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, waits_for_its_handshake_and_not_for_ever) {
  script_.handshake = Io::kReadable;
  const Wait wait = advance();
  EXPECT_EQ(wait.event, Event::kReadable);
  EXPECT_EQ(wait.stage, Stage::kHandshake);
  EXPECT_LE(wait.deadline, std::chrono::steady_clock::now() + server_.timeouts.handshake);
  EXPECT_EQ(connection_->expire().event, Event::kGone);
}

TEST_F(ConnectionTest, answers_and_idles) {
  const Wait wait = send(post("{}"));
  EXPECT_THAT(script_.output, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(script_.output, EndsWith("\r\n\r\n{}"));
  EXPECT_EQ(wait.event, Event::kReadable);
  EXPECT_EQ(wait.stage, Stage::kIdle);
}

TEST_F(ConnectionTest, holds_no_memory_while_it_idles) {
  send(post(std::string(100'000, 'x')).substr(0, 90'000));
  EXPECT_GT(server_.budget.used(), 80'000U);
  send(post(std::string(100'000, 'x')).substr(90'000));
  EXPECT_THAT(script_.output, HasSubstr("200 OK"));
  EXPECT_EQ(server_.budget.used(), 0U);
}

TEST_F(ConnectionTest, what_trickles_in_gains_no_time) {
  const Wait first = send("POST /echo HT");
  EXPECT_EQ(first.stage, Stage::kHead);
  const Wait second = send("TP/1.1\r\n");
  EXPECT_EQ(second.deadline, first.deadline);
  const Wait body = send("Host: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n1");
  EXPECT_EQ(body.stage, Stage::kBody);
  EXPECT_GT(body.deadline, first.deadline);
  EXPECT_EQ(send("2").deadline, body.deadline);
}

TEST_F(ConnectionTest, each_idle_time_begins_with_an_answer) {
  const Wait first = send(post("1"));
  const Wait second = send(post("2"));
  EXPECT_GT(second.deadline, first.deadline);
  EXPECT_EQ(advance().deadline, second.deadline) << "nothing came, so nothing begins anew";
}

TEST_F(ConnectionTest, answers_408_to_what_does_not_come) {
  send("POST /ec");
  const Wait wait = connection_->expire();
  EXPECT_THAT(script_.output, StartsWith("HTTP/1.1 408 "));
  EXPECT_TRUE(script_.is_shut_down);
  EXPECT_EQ(wait.stage, Stage::kLinger);
  script_.ended = true;
  EXPECT_EQ(advance().event, Event::kGone);
}

TEST_F(ConnectionTest, closes_in_order_when_it_idled_for_too_long) {
  send(post("{}"));
  connection_->expire();
  EXPECT_TRUE(script_.is_shut_down);
}

TEST_F(ConnectionTest, waits_until_an_answer_can_be_written) {
  script_.writable = 10;
  const Wait wait = send(post("{}"));
  EXPECT_EQ(wait.event, Event::kWritable);
  EXPECT_EQ(wait.stage, Stage::kWrite);
  script_.writable = std::string::npos;
  EXPECT_EQ(advance().stage, Stage::kIdle);
  EXPECT_THAT(script_.output, EndsWith("\r\n\r\n{}"));
}

TEST_F(ConnectionTest, lets_others_go_first_when_it_sends_many_requests_at_once) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += post(std::to_string(i));
  EXPECT_EQ(send(many).event, Event::kNow);
  EXPECT_LT(count_of(script_.output, "200 OK"), 40U);
  EXPECT_TRUE(worker_.buffer.empty()) << "the next connection would find it";
  for (int i = 0; i < 40 && advance().event == Event::kNow; ++i) {
  }
  EXPECT_EQ(count_of(script_.output, "200 OK"), 40U);
  EXPECT_THAT(script_.output, EndsWith("\r\n\r\n39"));
}

TEST_F(ConnectionTest, leaves_nothing_for_the_threads_next_connection) {
  script_.writable = 10;
  send(post("1") + post("2"));
  EXPECT_TRUE(worker_.buffer.empty());
  script_.writable = std::string::npos;
  advance();
  EXPECT_EQ(count_of(script_.output, "200 OK"), 2U);
  reset();
  script_.writable = 10;
  send("nonsense\r\n\r\n" + post("1"));
  EXPECT_TRUE(worker_.buffer.empty());
}

TEST_F(ConnectionTest, sheds_what_there_is_no_memory_for) {
  MemoryBudget::Share others(server_.budget);
  ASSERT_TRUE(others.resize(std::size_t{10} << 20));
  const std::string large = post(std::string(std::size_t{1} << 20, 'x'), "/echo?timeout=3s");
  send(large);
  EXPECT_THAT(script_.output, StartsWith("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"));
  EXPECT_TRUE(script_.is_shut_down);
  EXPECT_EQ(server_.budget.used(), std::size_t{10} << 20);
}

TEST_F(ConnectionTest, serves_small_requests_while_there_is_no_memory) {
  MemoryBudget::Share others(server_.budget);
  ASSERT_TRUE(others.resize(std::size_t{10} << 20));
  send(post(std::string(43'000, 'x')));
  EXPECT_THAT(script_.output, StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ConnectionTest, tells_its_client_to_connect_anew_while_the_server_drains) {
  server_.phase = Phase::kDraining;
  const Wait wait = send(post("{}"));
  EXPECT_THAT(script_.output, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(wait.stage, Stage::kLinger);
}

TEST_F(ConnectionTest, answers_what_came_before_it_closes) {
  send(post("1"));
  server_.phase = Phase::kClosing;
  send(post("2"));
  EXPECT_EQ(count_of(script_.output, "200 OK"), 2U);
  EXPECT_TRUE(script_.is_shut_down);
}

TEST_F(ConnectionTest, closes_while_the_server_closes_and_nothing_came) {
  send(post("1"));
  server_.phase = Phase::kClosing;
  EXPECT_EQ(advance().stage, Stage::kLinger);
  EXPECT_TRUE(script_.is_shut_down);
}

TEST_F(ConnectionTest, leaves_to_other_threads_what_takes_long) {
  EXPECT_TRUE(connection_->begin().takes_long);
  EXPECT_FALSE(advance().takes_long);
  EXPECT_FALSE(send(post(std::string(60'000, 'x'))).takes_long);
  const std::string large = post(std::string(100'000, 'x'));
  script_.input.append(large, 0, 1000);
  const Wait first = advance();
  EXPECT_TRUE(first.takes_long);
  EXPECT_EQ(first.event, Event::kNow);
  EXPECT_FALSE(send(large.substr(1000)).takes_long);
  EXPECT_EQ(count_of(script_.output, "200 OK"), 2U);
}

TEST_F(ConnectionTest, waits_a_moment_for_the_first_request_while_the_server_closes) {
  server_.phase = Phase::kClosing;
  const Wait wait = advance();
  EXPECT_EQ(wait.stage, Stage::kFirst);
  EXPECT_LE(wait.deadline, std::chrono::steady_clock::now() + server_.timeouts.first);
  EXPECT_FALSE(script_.is_shut_down);
  send(post("1"));
  EXPECT_THAT(script_.output, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_TRUE(script_.is_shut_down);
}

TEST_F(ConnectionTest, closes_where_the_first_request_does_not_come_in_time) {
  server_.phase = Phase::kClosing;
  advance();
  EXPECT_EQ(connection_->expire().stage, Stage::kLinger);
  EXPECT_TRUE(script_.is_shut_down);
  EXPECT_EQ(script_.output, "");
}

// Sends requests that are whole, cut or changed, in pieces of any size. Each is answered or refused, and the
// connection ends.
TEST_F(ConnectionTest, survives_whatever_comes) {
  std::mt19937 random(20261125);
  const auto below = [&random](std::size_t bound) { return random() % bound; };
  for (int round = 0; round < 3000; ++round) {
    std::string sent;
    for (std::size_t i = 0; i <= below(4); ++i) {
      std::string request = post(std::string(below(below(50) == 0 ? 200'000 : 300), 'x'));
      for (std::size_t change = below(4); change > 0 && !request.empty(); --change) {
        const std::size_t at = below(std::min<std::size_t>(request.size(), 150));
        switch (below(4)) {
          case 0:
            request[at] = static_cast<char>(below(256));
            break;
          case 1:
            request.erase(at, below(20));
            break;
          case 2:
            request.insert(at, std::string(below(20), "\r\n: ,a0"[below(7)]));
            break;
          default:
            request.resize(at + 1);
        }
      }
      sent += request;
    }
    reset();
    script_.piece = 1 + below(5000);
    script_.writable = below(3) == 0 ? below(100) : std::string::npos;
    Wait wait;
    for (std::size_t at = 0; at < sent.size();) {
      const std::size_t size = std::min(sent.size() - at, 1 + below(10'000));
      wait = send(std::string_view(sent).substr(at, size));
      at += size;
      ASSERT_TRUE(worker_.buffer.empty());
      if (wait.event == Event::kGone) break;
    }
    script_.writable = std::string::npos;
    script_.ended = true;
    for (int i = 0; i < 1000 && wait.event != Event::kGone; ++i) wait = advance();
    ASSERT_EQ(wait.event, Event::kGone) << "round " << round;
    connection_.reset();
    ASSERT_EQ(server_.budget.used(), 0U);
    if (!script_.output.empty()) {
      ASSERT_THAT(script_.output, StartsWith("HTTP/1.1 "));
    }
  }
}

}  // namespace
}  // namespace connected_registry::http
