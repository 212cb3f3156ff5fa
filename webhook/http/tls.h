// The TLS side of the server.
#pragma once

#include <openssl/ssl.h>

#include <string_view>

#include "base/openssl.h"
#include "base/result.h"

namespace connected_registry::http {

using Ssl = openssl::Handle<SSL, SSL_free>;

// One certificate, ready for handshakes. Thread-safe. TLS 1.2 and 1.3.
class TlsContext {
 public:
  // tls.crt (the leaf first, then its chain) and tls.key, both PEM; the error names the file and the reason.
  // With `client_ca` (PEM, one or more), clients need a certificate of it.
  static Result<TlsContext> make(std::string_view tls_crt, std::string_view tls_key,
                                 std::string_view client_ca);

  // The server's side of a connection on the socket, before its handshake; nullptr where memory is short. It
  // keeps what it needs of the context.
  Ssl accept(int socket) const;

 private:
  explicit TlsContext(SSL_CTX* owned) : context_(owned) {}
  openssl::Handle<SSL_CTX, SSL_CTX_free> context_;
};

}  // namespace connected_registry::http
