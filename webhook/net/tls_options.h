// The TLS part of HttpClient: the checks of a server's certificate. Internal to this module.
#pragma once

#include <openssl/types.h>

#include <string>

#include "base/result.h"

namespace connected_registry::net {

struct TlsOptions {
  std::string ca_pem;           // empty: the CAs that this machine trusts
  std::string server_name;      // name that the server's certificate must contain
  std::string certificate_pem;  // this client's certificate and its chain; empty: none
  std::string key_pem;
};

// Configures TLS 1.2 or newer, the trusted CAs, the required name and the client's own certificate. OpenSSL
// then refuses a wrong server certificate during the handshake, before a secret is sent.
Status configure_tls(SSL_CTX* context, const TlsOptions& options);

}  // namespace connected_registry::net
