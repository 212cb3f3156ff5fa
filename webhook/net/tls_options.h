// The TLS side of HttpClient: what a server's certificate must verify against. Internal to this module.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/result.h"

namespace connected_registry::net {

struct TlsOptions {
  std::string ca_pem;           // empty: the CAs that this machine trusts
  std::string server_name;      // that the server's certificate must carry
  std::string certificate_pem;  // of this client, with its key; empty: none
  std::string key_pem;
};

// Sets up TLS 1.2 or newer, the trusted CAs, the required name, and the client's own certificate. OpenSSL
// itself refuses a certificate during the handshake, before anything secret is sent.
Status configure_tls(SSL_CTX* context, const TlsOptions& options);

}  // namespace connected_registry::net
