// Certificates of keys that x509::issue_server() would not make: short ones, and those signed with an old
// digest.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <string>
#include <utility>

#include "x509/issue.h"
#include "x509/openssl.h"

namespace connected_registry::x509::testing {

// A self-signed certificate with this key and digest, else like `pattern`; and the key: both as PEM.
inline std::pair<std::string, std::string> self_signed(const Certificate& pattern, EVP_PKEY* key,
                                                       const EVP_MD* digest) {
  const CertificateHandle certificate(X509_dup(pattern.handle()));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  X509_set_pubkey(certificate.get(), key);
  // The extension that names the former issuer's key.
  const int at = X509_get_ext_by_NID(certificate.get(), NID_authority_key_identifier, -1);
  if (at >= 0) X509_EXTENSION_free(X509_delete_ext(certificate.get(), at));
  EXPECT_GT(X509_sign(certificate.get(), key, digest), 0);
  X509_up_ref(certificate.get());
  EVP_PKEY_up_ref(key);
  return {Certificate(certificate.get()).to_pem(), PrivateKey(key).to_pem()};
}

}  // namespace connected_registry::x509::testing
