// Private keys. A key's bytes never reach a log or an error.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "x509/certificate.h"

namespace connected_registry::x509 {

// Cheap to copy; thread-safe to read.
class PrivateKey {
 public:
  explicit PrivateKey(::EVP_PKEY* owned);

  static Result<PrivateKey> generate_p256();
  // PKCS#8, SEC1 or PKCS#1 in PEM. An encrypted key is an error that says so (it never asks for a password).
  static Result<PrivateKey> parse(std::string_view pem);

  std::string to_pem() const;  // PKCS#8
  bool belongs_to(const Certificate& certificate) const;

  ::EVP_PKEY* handle() const { return key_.get(); }

 private:
  std::shared_ptr<::EVP_PKEY> key_;
};

// Whether a PEM text holds a key that only a password opens.
bool is_encrypted_key(std::string_view pem);

}  // namespace connected_registry::x509
