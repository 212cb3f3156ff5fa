#include "x509/private_key.h"

#include <openssl/pem.h>

#include <algorithm>

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

bool PrivateKey::is_consistent() const {
  const openssl::ErrorScope errors;
  const KeyContextHandle context(EVP_PKEY_CTX_new(handle(), nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

}  // namespace connected_registry::x509
