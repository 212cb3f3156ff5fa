#include "http/raw_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>

namespace connected_registry::http::testing {

RawClient::RawClient(int port, Tls tls, int max_tls_version, const std::string& credential)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  if (tls == Tls::kYes) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (!credential.empty()) {
      SSL_CTX_use_certificate_file(context_.get(), (credential + ".crt").c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context_.get(), (credential + ".key").c_str(), SSL_FILETYPE_PEM);
    }
    if (max_tls_version != 0) {
      // Debian's default security level has no TLS below 1.2, on the client's side either.
      SSL_CTX_set_security_level(context_.get(), 0);
      SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_.get(), max_tls_version);
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.get());
    if (SSL_connect(ssl_.get()) != 1) {
      ERR_clear_error();
      return;
    }
  }
  connected_ = true;
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = 0;
    if (ssl_ != nullptr) {
      count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    } else {
      count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawClient::read_more() {
  std::array<char, 16384> chunk{};
  ssize_t count = 0;
  if (ssl_ != nullptr) {
    count = SSL_read(ssl_.get(), chunk.data(), static_cast<int>(chunk.size()));
    ERR_clear_error();
  } else {
    count = recv(socket_.get(), chunk.data(), chunk.size(), 0);
  }
  if (count <= 0) return false;
  input_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<RawResponse> RawClient::receive() {
  std::size_t head_end = 0;
  while ((head_end = input_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more()) return std::nullopt;
  }
  RawResponse response;
  response.head = input_.substr(0, head_end + 4);
  input_.erase(0, head_end + 4);
  std::from_chars(response.head.data() + 9, response.head.data() + 12, response.status);
  std::size_t length = 0;
  constexpr std::string_view kLength = "Content-Length: ";
  if (const std::size_t at = response.head.find(kLength); at != std::string::npos) {
    std::from_chars(response.head.data() + at + kLength.size(), response.head.data() + response.head.size(),
                    length);
  }
  while (input_.size() < length) {
    if (!read_more()) return std::nullopt;
  }
  response.body = input_.substr(0, length);
  input_.erase(0, length);
  return response;
}

bool RawClient::is_closed() {
  return input_.empty() && !read_more();
}

bool RawClient::is_quiet_for(std::chrono::milliseconds time) const {
  pollfd descriptor{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return input_.empty() && poll(&descriptor, 1, static_cast<int>(time.count())) == 0;
}

void RawClient::finish_sending() {
  shutdown(socket_.get(), SHUT_WR);
}

std::string RawClient::peer_common_name() const {
  const openssl::Handle<X509, X509_free> certificate(SSL_get1_peer_certificate(ssl_.get()));
  std::array<char, 128> name{};
  if (certificate != nullptr) {
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              name.size());
  }
  return name.data();
}

}  // namespace connected_registry::http::testing
