#include "net/http_client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <csignal>
#include <memory>
#include <thread>

#include "base/descriptor.h"
#include "x509/issue.h"

namespace connected_registry::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

x509::IssueRequest request_for(const std::string& name, std::vector<std::string> addresses = {}) {
  return {.common_name = name,
          .dns_names = {},
          .ip_addresses = std::move(addresses),
          .not_before = system_now() - std::chrono::hours(1),
          .lifetime = std::chrono::hours(24)};
}

RequestLimits within(milliseconds timeout) {
  return {.deadline = steady_clock::now() + timeout};
}

// A server of httplib on a free port; plain, or with the certificate.
class Server {
 public:
  explicit Server(const x509::Pair* served = nullptr) {
    if (served == nullptr) {
      server_ = std::make_unique<httplib::Server>();
    } else {
      server_ = std::make_unique<httplib::SSLServer>(served->certificate.handle(), served->key.handle());
    }
    server_->set_tcp_nodelay(true);
    server_->Get("/ports", [](const httplib::Request& request, httplib::Response& response) {
      response.set_content(std::to_string(request.remote_port), "text/plain");
      response.set_header("Retry-After", "7");
    });
    server_->Get("/slow", [this](const httplib::Request&, httplib::Response& response) {
      response.set_chunked_content_provider("text/plain", [this](std::size_t, httplib::DataSink& sink) {
        std::this_thread::sleep_for(milliseconds(1));  // a byte a millisecond: the test's subject
        return !ending_ && sink.write("x", 1);
      });
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::yield();
  }
  ~Server() {
    ending_ = true;
    server_->stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  Server(Server&&) = delete;
  Server& operator=(Server&&) = delete;

  HttpTarget target(const std::string& ca_pem = {}) const {
    return {.host = "127.0.0.1", .port = port_, .tls = !ca_pem.empty(), .ca_pem = ca_pem};
  }

 private:
  std::atomic<bool> ending_ = false;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

class HttpClientTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_NE(std::signal(SIGPIPE, SIG_IGN), SIG_ERR); }
  std::unique_ptr<HttpClient> client_of(const HttpTarget& target) {
    auto client = HttpClient::make(target, timer);
    EXPECT_TRUE(client) << client.error().message;
    return client ? std::move(*client) : nullptr;
  }

  DeadlineTimer timer;
};

TEST(HttpTarget, has_an_authority_with_brackets_and_without_the_schemes_own_port) {
  EXPECT_EQ((HttpTarget{.host = "192.0.2.1", .port = 443}).authority(), "192.0.2.1");
  EXPECT_EQ((HttpTarget{.host = "192.0.2.1", .port = 443, .tls = false}).authority(), "192.0.2.1:443");
  EXPECT_EQ((HttpTarget{.host = "localhost", .port = 80, .tls = false}).authority(), "localhost");
  EXPECT_EQ((HttpTarget{.host = "fd00::1", .port = 5000}).authority(), "[fd00::1]:5000");
}

TEST_F(HttpClientTest, keeps_its_connection_and_finds_headers_in_upper_and_lower_case) {
  const Server server;
  const auto client = client_of(server.target());
  const auto first = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->status, 200);
  EXPECT_EQ(first->header("retry-AFTER"), "7");
  EXPECT_EQ(first->header("absent"), "");
  EXPECT_TRUE(client->is_open());
  const auto second = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  EXPECT_EQ(first->body, second->body);
  const auto third =
      client->send({.method = "GET", .target = "/ports", .repeatable = false}, within(seconds(20)));
  EXPECT_NE(first->body, third->body) << "what must not be repeated has a connection of its own";
}

TEST_F(HttpClientTest, bounds_a_body_that_trickles_and_works_again_afterwards) {
  const Server server;
  const auto client = client_of(server.target());
  const auto slow = client->send({.method = "GET", .target = "/slow"}, within(milliseconds(100)));
  ASSERT_FALSE(slow);
  EXPECT_EQ(slow.error().code, ErrorCode::kTimeout);
  const auto next = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  EXPECT_TRUE(next) << next.error().message;
}

TEST_F(HttpClientTest, ends_at_a_stop) {
  const Server server;
  const auto client = client_of(server.target());
  std::stop_source stop;
  const auto pulse = timer.at(steady_clock::now() + milliseconds(50), [&stop] { stop.request_stop(); });
  RequestLimits limits = within(seconds(20));
  limits.stop = stop.get_token();
  const auto stopped = client->send({.method = "GET", .target = "/slow"}, limits);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

TEST_F(HttpClientTest, needs_no_body_where_the_head_is_all_that_is_asked_for) {
  const Server server;
  const auto client = client_of(server.target());
  const auto head =
      client->send({.method = "GET", .target = "/slow", .head_only = true}, within(seconds(20)));
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->status, 200);
  EXPECT_FALSE(client->is_open());
}

// A listener whose queue is full: the kernel drops what asks for a connection.
TEST_F(HttpClientTest, bounds_a_connection_that_nobody_accepts) {
  const Descriptor listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), generic, length), 0);
  ASSERT_EQ(::listen(listener.get(), 0), 0);
  ASSERT_EQ(::getsockname(listener.get(), generic, &length), 0);
  std::vector<Descriptor> queue;
  for (int count = 0; count < 4; ++count) {
    queue.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    ::connect(queue.back().get(), generic, length);
  }
  const auto client = client_of({.host = "127.0.0.1", .port = ntohs(address.sin_port), .tls = false});
  const auto began = steady_clock::now();
  const auto answer = client->send({.method = "GET", .target = "/"}, within(milliseconds(100)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kTimeout);
  EXPECT_LT(steady_clock::now() - began, seconds(20));
}

TEST_F(HttpClientTest, hands_back_the_authority_that_verified) {
  const x509::Pair ca = *x509::issue_ca(request_for("ca"));
  const x509::Pair other = *x509::issue_ca(request_for("other"));
  const x509::Pair leaf = *x509::issue_server(request_for("leaf", {"127.0.0.1"}), ca);
  const Server server(&leaf);
  const auto client = client_of(server.target(other.certificate.to_pem() + ca.certificate.to_pem()));
  EXPECT_THAT(client->verified_chain(), IsEmpty());
  const auto answer = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(client->verified_chain().back(), ca.certificate.to_pem());
}

TEST_F(HttpClientTest, takes_a_bundle_that_does_not_end_in_a_root) {
  const x509::Pair ca = *x509::issue_ca(request_for("ca"));
  const x509::Pair leaf = *x509::issue_server(request_for("leaf", {"127.0.0.1"}), ca);
  const Server server(&leaf);
  // The server's own certificate is not self-signed either, and ends the chain.
  const auto client = client_of(server.target(leaf.certificate.to_pem()));
  const auto answer = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(client->verified_chain(), ElementsAre(leaf.certificate.to_pem()));
}

TEST_F(HttpClientTest, refuses_a_certificate_that_does_not_verify) {
  const x509::Pair ca = *x509::issue_ca(request_for("ca"));
  const x509::Pair leaf = *x509::issue_server(request_for("leaf", {"127.0.0.1"}), ca);
  const Server server(&leaf);
  const auto client = client_of(server.target(x509::issue_ca(request_for("other"))->certificate.to_pem()));
  const auto answer = client->send({.method = "GET", .target = "/ports"}, within(seconds(20)));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(answer.error().message, HasSubstr("is not trusted"));
  EXPECT_THAT(client->verified_chain(), IsEmpty());
}

}  // namespace
}  // namespace connected_registry::net
