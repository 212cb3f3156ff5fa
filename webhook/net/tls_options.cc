#include "net/tls_options.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/openssl.h"

namespace connected_registry::net {
namespace {

using BioHandle = openssl::Handle<BIO, BIO_free>;
using CertificateHandle = openssl::Handle<::X509, X509_free>;
using KeyHandle = openssl::Handle<EVP_PKEY, EVP_PKEY_free>;

// Replaces OpenSSL's own function, which asks at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

BioHandle reader_of(const std::string& pem) {
  return BioHandle(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

CertificateHandle next_certificate(BIO* reader) {
  return CertificateHandle(PEM_read_bio_X509(reader, nullptr, no_password, nullptr));
}

Status load_authorities(SSL_CTX* context, const std::string& pem) {
  // As Go does, and so kubectl and containerd: a trusted certificate ends the chain, self-signed or not.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN);
  if (pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return fail(ErrorCode::kInternal, "this machine's CA certificates: " + openssl::last_error());
  }
  const BioHandle reader = reader_of(pem);
  int count = 0;
  while (reader) {
    const CertificateHandle certificate = next_certificate(reader.get());
    if (!certificate) break;
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) == 1) ++count;
  }
  if (count == 0) return fail(ErrorCode::kInvalidArgument, "no readable certificate in it");
  return {};
}

// The client's own certificate, with the intermediates between it and its CA.
Status load_identity(SSL_CTX* context, const TlsOptions& options) {
  if (options.certificate_pem.empty()) return {};
  const BioHandle certificates = reader_of(options.certificate_pem);
  const BioHandle keys = reader_of(options.key_pem);
  if (!certificates || !keys) return fail(ErrorCode::kInternal, openssl::last_error());
  const CertificateHandle leaf = next_certificate(certificates.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fail(ErrorCode::kInvalidArgument, "it cannot be read");
  }
  while (const CertificateHandle next = next_certificate(certificates.get())) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) break;
  }
  const KeyHandle key(PEM_read_bio_PrivateKey(keys.get(), nullptr, no_password, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return fail(ErrorCode::kInvalidArgument, "its key cannot be read, or belongs to another certificate");
  }
  return {};
}

// httplib's own check accepts the common name too.
bool require_name(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* const parameters = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1 ||
         X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size()) == 1;
}

}  // namespace

Status configure_tls(SSL_CTX* context, const TlsOptions& options) {
  const openssl::ErrorScope errors;
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      !require_name(context, options.server_name)) {
    return fail(ErrorCode::kInternal, "cannot set up TLS: " + openssl::last_error());
  }
  // A watch is idle nearly all the time: its connection keeps no buffers meanwhile.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  if (auto loaded = load_authorities(context, options.ca_pem); !loaded) {
    return fail(std::move(loaded).error(), "CA of the server");
  }
  if (auto loaded = load_identity(context, options); !loaded) {
    return fail(std::move(loaded).error(), "client certificate");
  }
  return {};
}

}  // namespace connected_registry::net
