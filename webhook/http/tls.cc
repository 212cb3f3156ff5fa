#include "http/tls.h"

#include <utility>
#include <vector>

#include "x509/certificate.h"
#include "x509/pem.h"
#include "x509/private_key.h"

namespace connected_registry::http {
namespace {

tl::unexpected<Error> tls_error() {
  return fail(ErrorCode::kInternal, "TLS: " + openssl::last_error());
}

bool set_protocol(SSL_CTX* context) {
  // TLS 1.2 is limited to ciphers with forward secrecy and authenticated encryption; TLS 1.3 has no others.
  // The server's order decides, so that a client that prefers longer keys, for no gain, does not cost more.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // The API server does not resume sessions: a ticket would be two messages for nothing.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // An idle connection frees its buffers; one that reads takes all bytes that are there at once.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_read_ahead(context, 1);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
         SSL_CTX_set_ciphersuites(
             context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1;
}

bool use_certificates(SSL_CTX* context, const std::vector<x509::Certificate>& certificates,
                      const x509::PrivateKey& key) {
  if (SSL_CTX_use_certificate(context, certificates.front().handle()) != 1) return false;
  if (SSL_CTX_use_PrivateKey(context, key.handle()) != 1) return false;
  for (std::size_t i = 1; i < certificates.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, certificates[i].handle()) != 1) return false;
  }
  return true;
}

// Requires a client certificate issued by one of `authorities`, whose names are sent to clients.
bool require_clients_of(SSL_CTX* context, const std::vector<x509::Certificate>& authorities) {
  for (const x509::Certificate& authority : authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.handle()) != 1) return false;
    if (SSL_CTX_add_client_CA(context, authority.handle()) != 1) return false;
  }
  // Each of them is trusted itself, even an intermediate.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return true;
}

}  // namespace

Result<TlsContext> TlsContext::make(std::string_view tls_crt, std::string_view tls_key,
                                    std::string_view client_ca) {
  auto certificates = x509::parse_bundle(tls_crt);
  if (!certificates) return fail(std::move(certificates).error(), "tls.crt");
  const auto key = x509::PrivateKey::parse(tls_key);
  if (!key) return fail(key.error(), "tls.key");
  if (!key->belongs_to(certificates->front())) {
    return fail(ErrorCode::kInvalidArgument, "tls.key: it does not belong to the certificate in tls.crt");
  }
  const openssl::ErrorScope scope;
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const raw = context.context_.get();
  if (raw == nullptr || !set_protocol(raw) || !use_certificates(raw, *certificates, *key)) return tls_error();
  if (!client_ca.empty()) {
    auto authorities = x509::parse_bundle(client_ca);
    if (!authorities) return fail(std::move(authorities).error(), "client CA");
    if (!require_clients_of(raw, *authorities)) return tls_error();
  }
  return context;
}

Ssl TlsContext::accept(int socket) const {
  const openssl::ErrorScope scope;
  Ssl ssl(SSL_new(context_.get()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), socket) != 1) return nullptr;
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace connected_registry::http
