#include "net/reach.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace connected_registry::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

// A socket on a free port of localhost; it takes connections once it listens.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));  // NOLINT: the system's own way
    socklen_t length = sizeof(address);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);  // NOLINT: the system's own way
    port_ = std::to_string(ntohs(address.sin_port));
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;

  void listen() const { ::listen(socket_, 1); }
  const std::string& port() const { return port_; }

 private:
  int socket_;
  std::string port_;
};

TEST(Reach, tells_a_server_that_takes_connections_from_one_that_refuses) {
  const Listener listener;
  const Endpoint place{.host = "127.0.0.1", .port = parse_port(listener.port())};
  const auto refused = reach(place, milliseconds(1000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "127.0.0.1:" + listener.port() + ": Connection refused");
  listener.listen();
  EXPECT_TRUE(reach(place, milliseconds(1000)));
}

TEST(Reach, names_a_host_that_does_not_exist) {
  const auto unknown = reach({.host = "no-such-host.invalid"}, milliseconds(100));
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, HasSubstr("no such host: no-such-host.invalid:443"));
}

TEST(Proxies, are_read_from_urls_and_from_hosts) {
  const auto text = [](std::string_view url) {
    const auto proxy = parse_proxy(url);
    return proxy ? proxy->to_text() : "none";
  };
  EXPECT_EQ(text("http://user:p@ss@proxy.example:3128/"), "proxy.example:3128");
  EXPECT_EQ(text("https://proxy.example"), "proxy.example:443");
  EXPECT_EQ(text("socks5://proxy.example"), "proxy.example:1080");
  EXPECT_EQ(text("proxy.example"), "proxy.example:80");
  EXPECT_EQ(text("my_proxy:3128"), "my_proxy:3128");
  EXPECT_EQ(text("http://[fd00::1]:3128"), "[fd00::1]:3128");
  EXPECT_EQ(text("http://[fd00::1]"), "[fd00::1]:80");
  for (const char* url : {"", "http://", "http://:3128", "proxy.example:port", "proxy.example:0"}) {
    EXPECT_EQ(text(url), "none") << url;
  }
}

}  // namespace
}  // namespace connected_registry::net
