// Handles that own OpenSSL's X.509 objects. Internal to this module.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <string>

#include "base/openssl.h"
#include "base/timestamp.h"

namespace connected_registry::x509 {

// Frees the stack without its members. A function is needed because OpenSSL has only a macro.
inline void free_certificate_stack(STACK_OF(X509) * stack) {
  sk_X509_free(stack);
}

using BioHandle = openssl::Handle<BIO, BIO_free>;
using BigNumberHandle = openssl::Handle<BIGNUM, BN_clear_free>;
using CertificateHandle = openssl::Handle<::X509, X509_free>;
using CertificateStackHandle = openssl::Handle<STACK_OF(X509), free_certificate_stack>;
using DigestContextHandle = openssl::Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using GeneralNamesHandle = openssl::Handle<GENERAL_NAMES, GENERAL_NAMES_free>;
using KeyHandle = openssl::Handle<::EVP_PKEY, EVP_PKEY_free>;
using NameHandle = openssl::Handle<X509_NAME, X509_NAME_free>;
using StoreHandle = openssl::Handle<X509_STORE, X509_STORE_free>;
using StoreContextHandle = openssl::Handle<X509_STORE_CTX, X509_STORE_CTX_free>;

// Returns the content of a memory BIO.
inline std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory, &data);
  return data == nullptr || length <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(length));
}

// Returns the whole seconds since 1970, rounded down.
inline std::time_t unix_time(TimePoint time) {
  return std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace connected_registry::x509
