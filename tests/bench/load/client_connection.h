// A connection of the load client: TLS, one request at a time, no call that blocks.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/openssl.h"

namespace connected_registry::bench {

enum class Progress {
  kReadable,  // call advance() once the socket is readable
  kWritable,  // goes on once the socket is writable
  kAnswered,  // the response has come
  kClosed,    // the server closed before the first byte of the request was sent, or after the last response
  kFailed,    // the request was sent, wholly or in part, and got no response
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
  // Begins to send `request`, which must outlive the response.
  void start(std::string_view request);
  Progress advance();
  // Returns the whole response, head and body, until the next start().
  std::string_view answer() const { return {input_.data(), answer_size_}; }
  std::string_view answer_body() const { return is_chunked_ ? body_ : answer().substr(head_size_); }
  int status() const;
  // Reports whether the response said that the server closes.
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
  bool is_chunked_ = false;  // Go does so where the handler gives no length
  std::string body_;         // the decoded chunks
};

}  // namespace connected_registry::bench
