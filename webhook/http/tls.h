// The server side of TLS.
#pragma once

#include <openssl/ssl.h>

#include <string_view>

#include "base/openssl.h"
#include "base/result.h"

namespace connected_registry::http {

using Ssl = openssl::Handle<SSL, SSL_free>;

// A certificate with its key, for handshakes of TLS 1.2 and 1.3. Thread-safe.
class TlsContext {
 public:
  // Reads the texts of tls.crt (the leaf and then its chain) and tls.key, both PEM. The error names the part
  // (tls.crt, tls.key or the client CA) and the reason. If `client_ca` (one or more CAs as PEM) is set,
  // clients must have a certificate of one of these CAs.
  static Result<TlsContext> make(std::string_view tls_crt, std::string_view tls_key,
                                 std::string_view client_ca);

  // Returns the server side of a connection on the socket, before its handshake, or nullptr if there is not
  // enough memory. The result may outlive the context.
  Ssl accept(int socket) const;

 private:
  explicit TlsContext(SSL_CTX* owned) : context_(owned) {}
  openssl::Handle<SSL_CTX, SSL_CTX_free> context_;
};

}  // namespace connected_registry::http
