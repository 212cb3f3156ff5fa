// Reads and generates private keys. A key's bytes never reach a log or an error.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "x509/certificate.h"

namespace connected_registry::x509 {

// A private key. Cheap to copy (shares an immutable OpenSSL object); thread-safe to read.
class PrivateKey {
 public:
  // Takes ownership of one reference.
  explicit PrivateKey(::EVP_PKEY* owned);

  static Result<PrivateKey> generate_p256();
  // Reads PKCS#8, SEC1 or PKCS#1 in PEM. Never asks for a password. Errors: kPermissionDenied where the key
  // is encrypted, else kInvalidArgument.
  static Result<PrivateKey> parse(std::string_view pem);

  std::string to_pem() const;  // PKCS#8
  // Reports whether the public halves are equal.
  bool belongs_to(const Certificate& certificate) const;
  // Reports whether the private half belongs to the public one. A server with a damaged key starts, and fails
  // at each handshake.
  bool is_consistent() const;

  ::EVP_PKEY* handle() const { return key_.get(); }

 private:
  std::shared_ptr<::EVP_PKEY> key_;
};

}  // namespace connected_registry::x509
