// One connection of the load client: TLS, one request at a time, nothing that waits.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/openssl.h"

namespace connected_registry::worker {

enum class Progress {
  kReadable,  // goes on once there is something to read
  kWritable,  // goes on once something can be written
  kAnswered,  // the answer has come; answer() holds it
  kClosed,    // the server closed before the request's first byte was sent, or after the last answer
  kFailed,    // the request was sent, wholly or in part, and there is no answer to it
};

// Not thread-safe.
class ClientConnection {
 public:
  ClientConnection(SSL_CTX* context, int port);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;
  ClientConnection(ClientConnection&&) = delete;
  ClientConnection& operator=(ClientConnection&&) = delete;

  int socket() const { return socket_; }
  // Begins to send; `request` outlives the exchange.
  void start(std::string_view request);
  Progress advance();
  // The whole answer, head and body, until the next start().
  std::string_view answer() const { return {input_.data(), answer_size_}; }
  std::string_view answer_body() const { return is_chunked_ ? body_ : answer().substr(head_size_); }
  int status() const;
  // The server said that it closes.
  bool is_last() const;

 private:
  Progress read();
  bool find_answer();
  bool find_last_chunk();

  int socket_ = -1;
  openssl::Handle<SSL, SSL_free> ssl_;
  bool shaken_ = false;
  std::string_view request_;
  std::size_t sent_ = 0;
  std::string input_;
  std::size_t head_size_ = 0;
  std::size_t answer_size_ = 0;
  bool is_chunked_ = false;  // as Go sends what its handler did not give the length of
  std::string body_;         // then, without what stands between the chunks
};

}  // namespace connected_registry::worker
