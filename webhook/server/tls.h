// The TLS side of the server.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

#include "base/openssl.h"
#include "base/result.h"
#include "server/certificate_slot.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace connected_registry::server {

struct ServingPair {
  x509::Certificate leaf;
  std::vector<x509::Certificate> chain;
  x509::PrivateKey key;
};

using Ssl = openssl::Handle<SSL, SSL_free>;

// Thread-safe. TLS 1.2 and 1.3; the certificate is asked for at each handshake.
class TlsContext {
 public:
  // `slot` outlives the context.
  static Result<TlsContext> make(const CertificateSlot& slot);

  // The server's side of a connection on the socket, before its handshake; nullptr where memory is short.
  Ssl accept(int socket) const;

 private:
  explicit TlsContext(SSL_CTX* owned) : context_(owned) {}
  openssl::Handle<SSL_CTX, SSL_CTX_free> context_;
};

}  // namespace connected_registry::server
