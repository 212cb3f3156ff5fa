#include "trust/agent/probe.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/timestamp.h"
#include "kube/scripted_server.h"
#include "x509/issue.h"

namespace connected_registry::trust {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;

x509::IssueRequest request_for(const std::string& name, std::vector<std::string> addresses = {}) {
  return {.common_name = name,
          .dns_names = {},
          .ip_addresses = std::move(addresses),
          .not_before = system_now() - hours(1),
          .lifetime = hours(24)};
}

x509::Pair authority(const std::string& name = "ca") {
  return *x509::issue_ca(request_for(name));
}

// The pair with a negative serial number, which OpenSSL's clients accept.
x509::Pair with_negative_serial(const x509::Pair& pair, const x509::Pair& issuer) {
  X509* const changed = X509_dup(pair.certificate.handle());
  EXPECT_EQ(ASN1_INTEGER_set(X509_get_serialNumber(changed), -5), 1);
  EXPECT_GT(X509_sign(changed, issuer.key.handle(), EVP_sha256()), 0);
  return {x509::Certificate(changed), pair.key};
}

// A registry on a free port of the loopback address.
class Registry {
 public:
  Registry(const x509::Pair& served, int status)
      : Registry(std::make_unique<httplib::SSLServer>(served.certificate.handle(), served.key.handle()),
                 status) {}
  // Of plain HTTP.
  explicit Registry(int status) : Registry(std::make_unique<httplib::Server>(), status) {}
  ~Registry() {
    server_->stop();
    thread_.join();
  }
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  Registry(Registry&&) = delete;
  Registry& operator=(Registry&&) = delete;
  int port() const { return port_; }

 private:
  Registry(std::unique_ptr<httplib::Server> server, int status) : server_(std::move(server)) {
    server_->Get("/v2/", [status](const httplib::Request& request, httplib::Response& response) {
      response.status = request.has_header("Host") ? status : 400;
    });
    port_ = server_->bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    while (!server_->is_running()) std::this_thread::yield();
  }

  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::thread thread_;
};

// A listener of which nobody takes what arrives.
class SilentListener {
 public:
  SilentListener() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), length), 0);
    EXPECT_EQ(::listen(descriptor_, 1), 0);
    EXPECT_EQ(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { close(); }
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  SilentListener(SilentListener&&) = delete;
  SilentListener& operator=(SilentListener&&) = delete;
  int port() const { return port_; }
  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
  int port_ = 0;
};

ProbeRequest ask(int port, const std::string& bundle, milliseconds timeout = milliseconds(5'000)) {
  return {.registry = {.address = "127.0.0.1", .port = port}, .bundle = bundle, .timeout = timeout};
}

class Probe : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_NE(std::signal(SIGPIPE, SIG_IGN), SIG_ERR); }
  const x509::Pair ca = authority();
  const x509::Pair leaf = *x509::issue_server(request_for("leaf", {"127.0.0.1"}), ca);
};

TEST_F(Probe, is_content_with_a_registry_that_the_bundle_verifies) {
  const Registry registry(leaf, 200);
  const auto answered = probe(ask(registry.port(), ca.certificate.to_pem()));
  EXPECT_TRUE(answered) << answered.error().message;
}

TEST_F(Probe, finds_the_authority_among_several) {
  const Registry registry(leaf, 200);
  EXPECT_TRUE(probe(ask(registry.port(), x509::to_bundle({authority("old").certificate, ca.certificate}))));
}

TEST_F(Probe, counts_a_registry_that_asks_for_a_password) {
  const Registry registry(leaf, 401);
  EXPECT_TRUE(probe(ask(registry.port(), ca.certificate.to_pem())));
}

TEST_F(Probe, does_not_count_a_gateway_without_a_registry_behind_it) {
  const Registry registry(leaf, 502);
  const auto answered = probe(ask(registry.port(), ca.certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answered.error().message, HasSubstr("HTTP status 502"));
}

TEST_F(Probe, refuses_a_certificate_of_another_authority) {
  const Registry registry(leaf, 200);
  const auto answered = probe(ask(registry.port(), authority().certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnauthenticated);
}

TEST_F(Probe, refuses_a_certificate_that_does_not_name_the_address) {
  // The common name does not count, as containerd does not count it.
  const Registry registry(*x509::issue_server(request_for("127.0.0.1", {"10.9.8.7"}), ca), 200);
  const auto answered = probe(ask(registry.port(), ca.certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(answered.error().message, HasSubstr("IP address mismatch"));
}

TEST_F(Probe, refuses_an_expired_certificate) {
  auto request = request_for("leaf", {"127.0.0.1"});
  request.not_before = system_now() - hours(48);
  const Registry registry(*x509::issue_server(request, ca), 200);
  const auto answered = probe(ask(registry.port(), ca.certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_THAT(answered.error().message, HasSubstr("expired"));
}

TEST_F(Probe, refuses_a_certificate_that_only_openssl_accepts) {
  const Registry registry(with_negative_serial(leaf, ca), 200);
  const auto answered = probe(ask(registry.port(), ca.certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(answered.error().message, AllOf(HasSubstr("containerd and other clients written in Go refuse"),
                                              HasSubstr("a negative serial number")));
}

TEST_F(Probe, says_that_nobody_answers) {
  SilentListener listener;
  const int port = listener.port();
  listener.close();
  const auto answered = probe(ask(port, ca.certificate.to_pem()));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answered.error().message, HasSubstr("https://127.0.0.1:" + std::to_string(port) + "/v2/"));
}

TEST_F(Probe, does_not_wait_for_ever) {
  const SilentListener listener;
  const auto answered = probe(ask(listener.port(), ca.certificate.to_pem(), milliseconds(50)));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kTimeout);
  EXPECT_THAT(answered.error().message, HasSubstr("within 50 ms"));
}

TEST_F(Probe, names_the_authority_that_verified_it) {
  const Registry registry(leaf, 200);
  const auto answered =
      probe(ask(registry.port(), x509::to_bundle({authority("old").certificate, ca.certificate})));
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_EQ(*answered, "CN=ca (sha256 " + ca.certificate.sha256().substr(0, 16) + ")");
}

// containerd, which is Go, accepts it as well.
TEST_F(Probe, accepts_a_bundle_that_ends_in_a_certificate_that_is_no_root) {
  const Registry registry(leaf, 200);
  const auto answered = probe(ask(registry.port(), leaf.certificate.to_pem()));
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_THAT(*answered, HasSubstr("CN=leaf"));
}

TEST_F(Probe, ends_in_time_however_the_server_spends_it) {
  kube::testing::ScriptedServer server({[](kube::testing::ScriptedServer::Peer& peer) {
    if (peer.read_request().empty()) return;  // the probe has left
    for (const char byte : std::string_view("HTTP/1.1 200 OK\r\nX-Slow: ")) peer.write({&byte, 1});
    while (peer.write("x")) std::this_thread::sleep_for(milliseconds(1));  // the test's subject
  }});
  const kube::Configuration configuration = server.configuration();
  const auto began = std::chrono::steady_clock::now();
  const auto answered = probe(ask(configuration.port, *file::read(configuration.ca_file), milliseconds(200)));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kTimeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST_F(Probe, needs_no_more_of_an_answer_than_its_head) {
  kube::testing::ScriptedServer server({[](kube::testing::ScriptedServer::Peer& peer) {
    if (peer.read_request().empty()) return;
    peer.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\n\r\n");
    peer.read_request();  // until the probe leaves
  }});
  const kube::Configuration configuration = server.configuration();
  const auto answered = probe(ask(configuration.port, *file::read(configuration.ca_file)));
  EXPECT_TRUE(answered) << answered.error().message;
}

TEST_F(Probe, refuses_what_is_no_http) {
  kube::testing::ScriptedServer server({[](kube::testing::ScriptedServer::Peer& peer) {
    peer.read_request();
    peer.write("SSH-2.0-OpenSSH_9.2\r\n");
  }});
  const kube::Configuration configuration = server.configuration();
  const auto answered = probe(ask(configuration.port, *file::read(configuration.ca_file)));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kUnavailable);
}

TEST_F(Probe, says_that_the_bundle_is_wrong) {
  const auto answered = probe(ask(1, "not PEM"));
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(answered.error().message, HasSubstr("CA bundle"));
}

TEST_F(Probe, asks_a_registry_of_plain_http_without_tls) {
  const Registry registry(200);
  ProbeRequest request = ask(registry.port(), "");
  EXPECT_FALSE(probe(request)) << "without a bundle no TLS is trusted";
  request.registry.scheme = contract::Scheme::kHttp;
  const auto answered = probe(request);
  EXPECT_TRUE(answered) << answered.error().message;
}

TEST_F(Probe, says_that_a_registry_of_plain_http_is_broken) {
  const Registry registry(503);
  ProbeRequest request = ask(registry.port(), "");
  request.registry.scheme = contract::Scheme::kHttp;
  const auto answered = probe(request);
  ASSERT_FALSE(answered);
  EXPECT_THAT(answered.error().message, AllOf(HasSubstr("http://127.0.0.1:"), HasSubstr("503")));
}

TEST_F(Probe, says_that_the_address_is_none) {
  ProbeRequest request = ask(443, ca.certificate.to_pem(), milliseconds(50));
  request.registry.address = "registry.local";
  const auto answered = probe(request);
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace connected_registry::trust
