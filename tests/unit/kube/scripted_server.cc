#include "kube/scripted_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "base/file.h"
#include "base/openssl.h"
#include "kube/fake_api.h"

namespace connected_registry::kube::testing {

class ScriptedServer::TlsPeer : public Peer {
 public:
  TlsPeer(int socket, const x509::Pair& certificate) : socket_(socket) {
    SSL_CTX_use_certificate(context_.get(), certificate.certificate.handle());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key.handle());
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
  }
  ~TlsPeer() override {
    SSL_shutdown(tls_.get());
    ::close(socket_);
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  TlsPeer(TlsPeer&&) = delete;
  TlsPeer& operator=(TlsPeer&&) = delete;

  bool accept() { return SSL_accept(tls_.get()) == 1; }

  std::string read_request() override {
    std::string text;
    std::size_t wanted = std::string::npos;
    while (text.size() < wanted) {
      std::array<char, 4096> buffer{};
      const int count = SSL_read(tls_.get(), buffer.data(), static_cast<int>(buffer.size()));
      if (count <= 0) return {};
      text.append(buffer.data(), static_cast<std::size_t>(count));
      const std::size_t head_end = text.find("\r\n\r\n");
      if (wanted == std::string::npos && head_end != std::string::npos)
        wanted = head_end + 4 + length_of(text);
    }
    return text;
  }

  bool write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size())) > 0;
  }

 private:
  static std::size_t length_of(const std::string& text) {
    constexpr std::string_view kName = "Content-Length: ";
    const std::size_t at = text.find(kName);
    return at == std::string::npos ? 0 : std::strtoul(text.c_str() + at + kName.size(), nullptr, 10);
  }

  int socket_;
  openssl::Handle<SSL_CTX, SSL_CTX_free> context_{SSL_CTX_new(TLS_server_method())};
  openssl::Handle<SSL, SSL_free> tls_;
};

ScriptedServer::ScriptedServer(std::vector<Script> scripts)
    : ca_(make_ca()), certificate_(make_server_certificate(ca_, "127.0.0.1")), scripts_(std::move(scripts)) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  EXPECT_TRUE(
      file::write_atomically(directory_.path() / "ca.crt", ca_.certificate.to_pem(), 0600).has_value());
  EXPECT_TRUE(file::write_atomically(directory_.path() / "token", "token", 0600).has_value());
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  EXPECT_EQ(::bind(listener_, generic, length), 0);
  EXPECT_EQ(::listen(listener_, 16), 0);
  EXPECT_EQ(::getsockname(listener_, generic, &length), 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);  // ends accept
  thread_.join();
  ::close(listener_);
}

Configuration ScriptedServer::configuration() const {
  Configuration configuration;
  configuration.host = "127.0.0.1";
  configuration.port = port_;
  configuration.ca_file = directory_.path() / "ca.crt";
  configuration.token_file = directory_.path() / "token";
  configuration.timeout = kPatience;
  return configuration;
}

void ScriptedServer::run() {
  for (const Script& script : scripts_) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    TlsPeer peer(socket, certificate_);
    if (peer.accept()) script(peer);
  }
}

std::string http_answer(int status, std::string_view body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Reason\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

}  // namespace connected_registry::kube::testing
