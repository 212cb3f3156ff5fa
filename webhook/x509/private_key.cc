#include "x509/private_key.h"

#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "x509/der.h"
#include "x509/openssl.h"
#include "x509/pem.h"

namespace connected_registry::x509 {
namespace {

bool is_encrypted(const PemBlock& block) {
  return block.encrypted || block.label == "ENCRYPTED PRIVATE KEY";
}

// Returns the one block that is a key. `openssl ecparam -genkey` writes a block with the curve before it.
Result<PemBlock> only_key_block(std::vector<PemBlock> blocks) {
  if (std::any_of(blocks.begin(), blocks.end(), is_encrypted)) {
    return fail(ErrorCode::kPermissionDenied,
                "the key is encrypted: write it without a password (openssl pkey -in FILE -out NEW)");
  }
  std::erase_if(blocks, [](const PemBlock& block) { return block.label == "EC PARAMETERS"; });
  if (blocks.size() != 1) {
    return fail(ErrorCode::kInvalidArgument,
                "holds " + std::to_string(blocks.size()) + " PEM blocks where one private key is expected");
  }
  PemBlock& block = blocks.front();
  if (block.label != "PRIVATE KEY" && block.label != "EC PRIVATE KEY" && block.label != "RSA PRIVATE KEY") {
    return fail(ErrorCode::kInvalidArgument,
                "not a private key: the block must be PRIVATE KEY, EC PRIVATE KEY or RSA PRIVATE KEY");
  }
  return std::move(block);
}

// Returns the PEM label that OpenSSL requires for a key in this form; empty if the form is not known.
std::string_view label_of(std::string_view der) {
  DerReader outer(der);
  DerReader reader(outer.read(der::kSequence));
  reader.read_integer();
  if (reader.next_is(der::kSequence)) return "PRIVATE KEY";        // PKCS#8 (RFC 5958)
  if (reader.next_is(der::kOctetString)) return "EC PRIVATE KEY";  // SEC 1 (RFC 5915)
  if (reader.next_is(der::kInteger)) return "RSA PRIVATE KEY";     // PKCS#1 (RFC 8017)
  return {};
}

BigNumberHandle parameter_of(const ::EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  return BigNumberHandle(number);
}

// Checks the numbers of an RSA key (RFC 8017, section 3.2). OpenSSL signs with some that do not belong
// together, only more slowly.
bool has_consistent_factors(const ::EVP_PKEY* key) {
  const BigNumberHandle modulus = parameter_of(key, OSSL_PKEY_PARAM_RSA_N);
  const BigNumberHandle public_exponent = parameter_of(key, OSSL_PKEY_PARAM_RSA_E);
  const BigNumberHandle exponent = parameter_of(key, OSSL_PKEY_PARAM_RSA_D);
  const BigNumberHandle p = parameter_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1);
  const BigNumberHandle q = parameter_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2);
  const BigNumberHandle p_exponent = parameter_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT1);
  const BigNumberHandle q_exponent = parameter_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT2);
  const BigNumberHandle coefficient = parameter_of(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
  const openssl::Handle<BN_CTX, BN_CTX_free> context(BN_CTX_new());
  const BigNumberHandle result(BN_new());
  const BigNumberHandle below_p(p ? BN_dup(p.get()) : nullptr);
  const BigNumberHandle below_q(q ? BN_dup(q.get()) : nullptr);
  if (!modulus || !public_exponent || !exponent || !p_exponent || !q_exponent || !coefficient || !context ||
      !result || !below_p || !below_q || BN_sub_word(below_p.get(), 1) != 1 ||
      BN_sub_word(below_q.get(), 1) != 1) {
    return false;
  }
  const auto is_inverse = [&](const BigNumberHandle& one, const BigNumberHandle& other,
                              const BigNumberHandle& of) {
    return BN_mod_mul(result.get(), one.get(), other.get(), of.get(), context.get()) == 1 &&
           BN_is_one(result.get());
  };
  return BN_mul(result.get(), p.get(), q.get(), context.get()) == 1 &&
         BN_cmp(result.get(), modulus.get()) == 0 && is_inverse(public_exponent, exponent, below_p) &&
         is_inverse(public_exponent, exponent, below_q) && is_inverse(public_exponent, p_exponent, below_p) &&
         is_inverse(public_exponent, q_exponent, below_q) && is_inverse(coefficient, q, p);
}

}  // namespace

PrivateKey::PrivateKey(::EVP_PKEY* owned) : key_(owned, EVP_PKEY_free) {}

Result<PrivateKey> PrivateKey::generate_p256() {
  const openssl::ErrorScope errors;
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  if (key == nullptr) return fail(ErrorCode::kInternal, "generate a key: " + openssl::last_error());
  return PrivateKey(key);
}

Result<PrivateKey> PrivateKey::parse(std::string_view pem) {
  auto blocks = read_pem(pem);
  if (!blocks) return tl::unexpected(std::move(blocks).error());
  auto block = only_key_block(std::move(*blocks));
  if (!block) return tl::unexpected(std::move(block).error());
  // nginx refuses a key under the label of another form.
  if (const std::string_view label = label_of(block->der); !label.empty() && label != block->label) {
    return fail(ErrorCode::kInvalidArgument, "its content is " + std::string(label) +
                                                 ", but its PEM block is " + block->label +
                                                 ": write it anew (openssl pkey -in FILE -out NEW)");
  }
  const openssl::ErrorScope errors;
  const auto* position = reinterpret_cast<const unsigned char*>(block->der.data());
  const auto* const end = position + block->der.size();
  // DER never needs a password.
  KeyHandle key(d2i_AutoPrivateKey(nullptr, &position, static_cast<long>(block->der.size())));
  if (!key)
    return fail(ErrorCode::kInvalidArgument, "not a private key that can be read: " + openssl::last_error());
  if (position != end) return fail(ErrorCode::kInvalidArgument, "bytes after the end of the key");
  return PrivateKey(key.release());
}

std::string PrivateKey::to_pem() const {
  const openssl::ErrorScope errors;
  const BioHandle memory(BIO_new(BIO_s_mem()));
  if (!memory ||
      PEM_write_bio_PKCS8PrivateKey(memory.get(), handle(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return {};
  }
  return text_of(memory.get());
}

bool PrivateKey::belongs_to(const Certificate& certificate) const {
  const openssl::ErrorScope errors;
  return X509_check_private_key(certificate.handle(), handle()) == 1;
}

// EVP_PKEY_pairwise_check() would also test the primes of an RSA key, which takes 38 ms for one of 2,048
// bits.
bool PrivateKey::is_consistent() const {
  constexpr std::array<unsigned char, 4> kText{'t', 'e', 's', 't'};
  constexpr std::size_t kMaxSignature = 2048;
  const openssl::ErrorScope errors;
  const bool hashes_itself = EVP_PKEY_is_a(handle(), "ED25519") == 1 || EVP_PKEY_is_a(handle(), "ED448") == 1;
  const EVP_MD* const digest = hashes_itself ? nullptr : EVP_sha256();
  const DigestContextHandle signer(EVP_MD_CTX_new());
  const DigestContextHandle verifier(EVP_MD_CTX_new());
  std::array<unsigned char, kMaxSignature> signature{};
  std::size_t size = signature.size();
  return signer && verifier && EVP_DigestSignInit(signer.get(), nullptr, digest, nullptr, handle()) == 1 &&
         EVP_DigestSign(signer.get(), signature.data(), &size, kText.data(), kText.size()) == 1 &&
         EVP_DigestVerifyInit(verifier.get(), nullptr, digest, nullptr, handle()) == 1 &&
         EVP_DigestVerify(verifier.get(), signature.data(), size, kText.data(), kText.size()) == 1 &&
         (EVP_PKEY_is_a(handle(), "RSA") != 1 || has_consistent_factors(handle()));
}

}  // namespace connected_registry::x509
