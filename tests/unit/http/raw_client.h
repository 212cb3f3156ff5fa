// A client that sends exactly the bytes it is told to: for what an HTTP library would never send.
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

// Blocking, with a time limit of 10 s for each call. Everything it returns is empty or false on an error.
class RawClient {
 public:
  enum class Tls { kNo, kYes };
  // Connects to 127.0.0.1; with TLS it shakes hands too, and verifies nothing.
  // With a `credential`, it shows the certificate of credential.crt, with the key of credential.key.
  RawClient(int port, Tls tls, int max_tls_version = 0, const std::string& credential = {});

  bool connected() const { return connected_; }
  bool send(std::string_view bytes);
  // The next answer by its Content-Length; nullopt where the connection ended before one was whole.
  std::optional<RawResponse> receive();
  // True if the server closes without sending anything more.
  bool is_closed();
  // True if nothing comes and nothing ends within the time.
  bool is_quiet_for(std::chrono::milliseconds time) const;
  // Ends the sending side alone.
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
