// A client that sends arbitrary bytes, such as an HTTP library never sends.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/openssl.h"

namespace connected_registry::http::testing {

struct RawResponse {
  int status = 0;
  std::string head;
  std::string body;
};

// Blocks for at most 10 s in each call. On an error, a call returns nullopt or false.
class RawClient {
 public:
  enum class Tls { kNo, kYes };
  // Connects to 127.0.0.1. With TLS, it makes the handshake and verifies nothing.
  // With a `credential`, it presents the certificate of credential.crt, with the key of credential.key.
  RawClient(int port, Tls tls, int max_tls_version = 0, const std::string& credential = {});

  bool connected() const { return connected_; }
  bool send(std::string_view bytes);
  // Returns the next response, by its Content-Length; nullopt where the connection ended before that.
  std::optional<RawResponse> receive();
  // Reports whether the server closes without sending anything more.
  bool is_closed();
  // Reports whether nothing comes and the connection stays open within the time.
  bool is_quiet_for(std::chrono::milliseconds time) const;
  // Shuts down the sending side only.
  void finish_sending();

  std::string peer_common_name() const;
  int peer_chain_length() const { return sk_X509_num(SSL_get_peer_cert_chain(ssl_.get())); }

 private:
  bool read_more();

  Descriptor socket_;
  openssl::Handle<SSL_CTX, SSL_CTX_free> context_;
  openssl::Handle<SSL, SSL_free> ssl_;
  bool connected_ = false;
  std::string input_;
};

}  // namespace connected_registry::http::testing
