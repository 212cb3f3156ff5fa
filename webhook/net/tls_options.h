// The TLS side of HttpClient: what a server's certificate must verify against. Internal to this module.
#pragma once

#include <openssl/types.h>

#include "base/result.h"
#include "net/http_client.h"

namespace connected_registry::net {

// Sets up TLS 1.2 or newer, the trusted CAs, the required name, and the client's own certificate. OpenSSL
// itself refuses a certificate during the handshake, before anything secret is sent.
Status configure_tls(SSL_CTX* context, const HttpTarget& target);

}  // namespace connected_registry::net
