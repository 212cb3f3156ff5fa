#include "load/client_connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace connected_registry::bench {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::size_t content_length(std::string_view head) {
  std::size_t length = 0;
  for (const std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    const std::size_t at = head.find(name);
    if (at == std::string_view::npos) continue;
    std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  }
  return length;
}

}  // namespace

ClientConnection::ClientConnection(SSL_CTX* context, int port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // Over the loopback device, a connection is made or refused at once.
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return;
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), socket_);
  SSL_set_connect_state(ssl_.get());
}

ClientConnection::~ClientConnection() {
  if (ssl_ != nullptr && shaken_) SSL_shutdown(ssl_.get());
  ERR_clear_error();
  ssl_.reset();
  if (socket_ >= 0) close(socket_);
}

void ClientConnection::start(std::string_view request) {
  request_ = request;
  sent_ = 0;
  input_.clear();
  head_size_ = 0;
  answer_size_ = 0;
  is_chunked_ = false;
  body_.clear();
}

Progress ClientConnection::advance() {
  if (ssl_ == nullptr) return Progress::kClosed;
  ERR_clear_error();
  while (!shaken_ || sent_ < request_.size()) {
    std::size_t count = 0;
    const int result =
        shaken_ ? SSL_write_ex(ssl_.get(), request_.data() + sent_, request_.size() - sent_, &count)
                : SSL_do_handshake(ssl_.get());
    if (result != 1) {
      const int error = SSL_get_error(ssl_.get(), result);
      if (error == SSL_ERROR_WANT_READ) return Progress::kReadable;
      if (error == SSL_ERROR_WANT_WRITE) return Progress::kWritable;
      return sent_ == 0 ? Progress::kClosed : Progress::kFailed;
    }
    shaken_ = true;
    sent_ += count;
  }
  return read();
}

Progress ClientConnection::read() {
  std::array<char, 16384> chunk;  // NOLINT(*-member-init): filled by the read
  while (!find_answer()) {
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), chunk.data(), chunk.size(), &count);
    if (result == 1) {
      input_.append(chunk.data(), count);
      continue;
    }
    if (SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ) return Progress::kReadable;
    return request_.empty() ? Progress::kClosed : Progress::kFailed;
  }
  return Progress::kAnswered;
}

bool ClientConnection::find_answer() {
  if (head_size_ == 0) {
    const std::size_t end = input_.find(kHeadEnd);
    if (end == std::string::npos) return false;
    head_size_ = end + kHeadEnd.size();
    const std::string_view head = std::string_view(input_).substr(0, head_size_);
    is_chunked_ = head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string_view::npos;
    answer_size_ = head_size_ + content_length(head);
  }
  return is_chunked_ ? find_last_chunk() : input_.size() >= answer_size_;
}

// Reports whether the last chunk, which is empty, has come (RFC 9112, section 7.1; no extensions, no
// trailers).
bool ClientConnection::find_last_chunk() {
  constexpr std::string_view kLineEnd = "\r\n";
  constexpr int kHexadecimal = 16;
  body_.clear();
  for (std::size_t at = head_size_;;) {
    const std::size_t line = input_.find(kLineEnd, at);
    if (line == std::string::npos) return false;
    std::size_t size = 0;
    std::from_chars(input_.data() + at, input_.data() + line, size, kHexadecimal);
    at = line + kLineEnd.size();
    if (input_.size() < at + size + kLineEnd.size()) return false;
    body_.append(input_, at, size);
    at += size + kLineEnd.size();
    answer_size_ = at;
    if (size == 0) return true;
  }
}

int ClientConnection::status() const {
  constexpr std::size_t kBegin = 9;  // behind "HTTP/1.1 "
  int status = 0;
  if (answer().size() > kBegin)
    std::from_chars(answer().data() + kBegin, answer().data() + kBegin + 3, status);
  return status;
}

bool ClientConnection::is_last() const {
  const std::string_view head = answer().substr(0, head_size_);
  return head.find("\r\nConnection: close\r\n") != std::string_view::npos ||
         head.find("\r\nconnection: close\r\n") != std::string_view::npos;
}

}  // namespace connected_registry::bench
