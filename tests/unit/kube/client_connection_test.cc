// How the client treats its connections: trust, reuse, time.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "kube/client.h"
#include "kube/fake_api.h"
#include "kube/scripted_server.h"

namespace connected_registry::kube {
namespace {

using std::chrono::milliseconds;
using testing::document;
using testing::FakeApi;
using ::testing::HasSubstr;
using testing::http_answer;
using testing::ScriptedServer;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::string_view kObject = R"({"metadata":{"name":"x"}})";

using Peer = ScriptedServer::Peer;

// Answers one request and leaves the connection open.
void answer_once(Peer& peer) {
  EXPECT_NE(peer.read_request(), "");
  EXPECT_TRUE(peer.write(http_answer(200, kObject)));
}

// A socket that listens and never accepts: connecting works, a handshake does not.
class SilentListener {
 public:
  SilentListener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, length), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { close(); }
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  SilentListener(SilentListener&&) = delete;
  SilentListener& operator=(SilentListener&&) = delete;

  int port() const { return port_; }
  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }

 private:
  int socket_;
  int port_ = 0;
};

TEST(ClientTrust, refuses_a_server_of_another_ca_and_sends_it_nothing) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  api.write_ca(testing::make_ca().certificate.to_pem());
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(object.error().message, HasSubstr("is not trusted: unable to get local issuer certificate"));
  EXPECT_THAT(api.requests(), SizeIs(0));
}

TEST(ClientTrust, refuses_a_certificate_for_another_address_whatever_its_common_name) {
  FakeApi api("127.0.0.2");  // its common name is 127.0.0.1
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_THAT(object.error().message, HasSubstr("IP address mismatch"));
  EXPECT_THAT(api.requests(), SizeIs(0));
}

TEST(ClientTrust, takes_a_new_ca_from_the_next_call_on) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  api.write_ca(testing::make_ca().certificate.to_pem());
  Client client(api.configuration());
  EXPECT_FALSE(client.get(kSecrets, "default", "x").has_value());
  api.write_ca(api.ca().certificate.to_pem());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
}

TEST(ClientTrust, does_not_use_an_open_connection_once_the_ca_has_changed) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  api.write_ca(testing::make_ca().certificate.to_pem());
  EXPECT_FALSE(client.get(kSecrets, "default", "x").has_value());
}

TEST(ClientTrust, says_what_is_wrong_with_the_ca_file) {
  FakeApi api;
  Client client(api.configuration());
  api.write_ca("nothing");
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_THAT(object.error().message, HasSubstr("no readable certificate in it"));
  Configuration configuration = api.configuration();
  configuration.ca_file += ".absent";
  Client other(configuration);
  EXPECT_EQ(other.get(kSecrets, "default", "x").error().code, ErrorCode::kNotFound);
}

TEST(ClientConnection, is_kept_for_the_next_call) {
  FakeApi api;
  api.answer(200, std::string(kObject));
  Client client(api.configuration());
  for (int round = 0; round < 3; ++round) EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  EXPECT_EQ(api.requests().at(0).client_port, api.requests().at(2).client_port);
}

TEST(ClientConnection, that_the_server_closed_meanwhile_is_replaced_without_an_error) {
  std::promise<void> closed;
  ScriptedServer server({
      [](Peer& peer) { answer_once(peer); },  // and closes, with no word about it in the answer
      [&closed](Peer& peer) {
        closed.set_value();
        answer_once(peer);
      },
  });
  Client client(server.configuration());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  const auto again = client.get(kSecrets, "default", "x");
  EXPECT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(closed.get_future().wait_for(testing::kPatience), std::future_status::ready);
}

TEST(ClientConnection, that_breaks_while_reused_is_replaced_and_the_call_repeated) {
  ScriptedServer server({
      [](Peer& peer) {
        answer_once(peer);
        EXPECT_NE(peer.read_request(), "");  // the next call's, and no answer
      },
      [](Peer& peer) { answer_once(peer); },
  });
  Client client(server.configuration());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  const auto again = client.replace(kSecrets, "default", document(kObject));
  EXPECT_TRUE(again.has_value()) << again.error().message;
}

TEST(ClientConnection, for_a_call_that_must_not_be_repeated_is_a_fresh_one) {
  std::string posted;
  ScriptedServer server({
      [](Peer& peer) {
        answer_once(peer);
        EXPECT_EQ(peer.read_request(), "");  // the client leaves it
      },
      [&posted](Peer& peer) {
        posted = peer.read_request();  // and no answer
      },
      [](Peer& /*peer*/) { ADD_FAILURE() << "the call was repeated"; },
  });
  Client client(server.configuration());
  EXPECT_TRUE(client.get(kSecrets, "default", "x").has_value());
  EXPECT_EQ(client.create(kSecrets, "default", document(kObject)).error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(posted, StartsWith("POST "));
}

TEST(ClientConnection, that_breaks_when_fresh_is_an_error) {
  ScriptedServer server({
      [](Peer& peer) {
        EXPECT_NE(peer.read_request(), "");
        EXPECT_TRUE(peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":"));
      },
      [](Peer& /*peer*/) { ADD_FAILURE() << "the call was repeated"; },
  });
  Client client(server.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(object.error().message, HasSubstr("broke"));
}

TEST(ClientConnection, that_is_refused_says_so) {
  SilentListener listener;
  FakeApi files;
  Configuration configuration = files.configuration();
  configuration.port = listener.port();
  listener.close();
  Client client(configuration);
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(object.error().message, HasSubstr("cannot connect to 127.0.0.1:"));
}

TEST(ClientConnection, carries_no_answer_longer_than_the_limit) {
  ScriptedServer server({[](Peer& peer) {
    EXPECT_NE(peer.read_request(), "");
    peer.write("HTTP/1.1 200 OK\r\n\r\n");
    const std::string megabyte(std::size_t{1} << 20, ' ');
    for (int count = 0; count < 80 && peer.write(megabyte); ++count) {
    }
  }});
  Client client(server.configuration());
  const auto object = client.get(kSecrets, "default", "x");
  ASSERT_FALSE(object.has_value());
  EXPECT_EQ(object.error().code, ErrorCode::kInternal);
  EXPECT_THAT(object.error().message, HasSubstr("longer than"));
}

// The time limit is for the whole call, however the server spends it.
class ClientTimeout : public ::testing::Test {
 protected:
  static void expect_timeout(Configuration configuration) {
    configuration.timeout = milliseconds(150);
    Client client(configuration);
    const auto began = std::chrono::steady_clock::now();
    const auto object = client.get(kSecrets, "default", "x");
    ASSERT_FALSE(object.has_value());
    EXPECT_EQ(object.error().code, ErrorCode::kTimeout) << object.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  }
};

TEST_F(ClientTimeout, holds_for_a_handshake_that_does_not_come) {
  const SilentListener listener;
  const FakeApi files;
  Configuration configuration = files.configuration();
  configuration.port = listener.port();
  expect_timeout(configuration);
}

TEST_F(ClientTimeout, holds_for_an_answer_that_does_not_come) {
  ScriptedServer server({[](Peer& peer) {
    while (!peer.read_request().empty()) {  // until the client leaves
    }
  }});
  expect_timeout(server.configuration());
}

TEST_F(ClientTimeout, holds_for_a_head_that_trickles) {
  ScriptedServer server({[](Peer& peer) {
    if (peer.read_request().empty()) return;  // the client was slow
    peer.write("HTTP/1.1 200 OK\r\n");
    while (peer.write("X-Slow: 1\r\n")) std::this_thread::sleep_for(milliseconds(1));
  }});
  expect_timeout(server.configuration());
}

TEST_F(ClientTimeout, holds_for_a_body_that_trickles) {
  ScriptedServer server({[](Peer& peer) {
    if (peer.read_request().empty()) return;  // the client was slow
    peer.write("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.write(" ")) std::this_thread::sleep_for(milliseconds(1));
  }});
  expect_timeout(server.configuration());
}

}  // namespace
}  // namespace connected_registry::kube
