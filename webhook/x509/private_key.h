// Reads and generates private keys. A key's bytes never reach a log or an error.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "x509/certificate.h"

namespace connected_registry::x509 {

// A private key. A copy is cheap, because copies share an immutable OpenSSL object. Several threads can read
// it at the same time.
class PrivateKey {
 public:
  // Takes ownership of one reference to the OpenSSL object.
  explicit PrivateKey(::EVP_PKEY* owned);

  static Result<PrivateKey> generate_p256();
  // Reads PKCS#8, SEC1 or PKCS#1 in PEM. Never asks for a password. Errors: kPermissionDenied if the key is
  // encrypted, otherwise kInvalidArgument.
  static Result<PrivateKey> parse(std::string_view pem);

  std::string to_pem() const;  // PKCS#8
  // Returns true if the public key in the certificate equals the public half of this key.
  bool belongs_to(const Certificate& certificate) const;
  // Returns true if the private half belongs to the public half. If they do not match, a server starts with
  // the key, but each handshake fails.
  bool is_consistent() const;

  ::EVP_PKEY* handle() const { return key_.get(); }

 private:
  std::shared_ptr<::EVP_PKEY> key_;
};

}  // namespace connected_registry::x509
