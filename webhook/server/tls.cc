#include "server/tls.h"

#include <utility>

namespace connected_registry::server {
namespace {

// Called at each handshake; 0 ends it with an alert.
int present_certificate(SSL* ssl, void* argument) {
  const std::shared_ptr<const ServingPair> pair = static_cast<const CertificateSlot*>(argument)->get();
  if (pair == nullptr) return 0;
  if (SSL_use_certificate(ssl, pair->leaf.handle()) != 1) return 0;
  if (SSL_use_PrivateKey(ssl, pair->key.handle()) != 1) return 0;
  for (const x509::Certificate& certificate : pair->chain) {
    if (SSL_add1_chain_cert(ssl, certificate.handle()) != 1) return 0;
  }
  return 1;
}

}  // namespace

Status CertificateSlot::set(std::string_view tls_crt, std::string_view tls_key) {
  auto certificates = x509::parse_bundle(tls_crt);
  if (!certificates) return fail(std::move(certificates).error(), "tls.crt");
  auto key = x509::PrivateKey::parse(tls_key);
  if (!key) return fail(std::move(key).error(), "tls.key");
  if (!key->belongs_to(certificates->front())) {
    return fail(ErrorCode::kInvalidArgument, "tls.key: it does not belong to the certificate in tls.crt");
  }
  auto pair = std::make_shared<const ServingPair>(
      ServingPair{certificates->front(), {certificates->begin() + 1, certificates->end()}, std::move(*key)});
  const std::lock_guard lock(mutex_);
  pair_ = std::move(pair);
  return {};
}

std::shared_ptr<const ServingPair> CertificateSlot::get() const {
  const std::lock_guard lock(mutex_);
  return pair_;
}

Result<TlsContext> TlsContext::make(const CertificateSlot& slot) {
  const openssl::ErrorScope scope;
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const raw = context.context_.get();
  if (raw == nullptr) return fail(ErrorCode::kInternal, "TLS: " + openssl::last_error());
  // For TLS 1.2: forward secrecy and authenticated encryption only. Those of TLS 1.3 are all so.
  if (SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return fail(ErrorCode::kInternal, "TLS: " + openssl::last_error());
  }
  // The API server resumes no sessions; a ticket would be two more messages for nothing.
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(
      raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // OpenSSL hands the argument back as it is; the callback only reads it.
  SSL_CTX_set_cert_cb(raw, present_certificate, const_cast<CertificateSlot*>(&slot));
  return context;
}

Ssl TlsContext::accept(int socket) const {
  Ssl ssl(SSL_new(context_.get()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), socket) != 1) return nullptr;
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace connected_registry::server
