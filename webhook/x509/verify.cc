#include "x509/verify.h"

#include <algorithm>

#include "x509/openssl.h"

namespace connected_registry::x509 {
namespace {

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// The private part belongs to the public part: a damaged key would fail at each handshake instead.
bool is_consistent(const PrivateKey& key) {
  const openssl::ErrorScope errors;
  const KeyContextHandle context(EVP_PKEY_CTX_new(key.handle(), nullptr));
  return context && EVP_PKEY_pairwise_check(context.get()) == 1;
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return text;
}

// The CA that clients are to trust.
Result<std::vector<Certificate>> authorities_of(const std::vector<Certificate>& served,
                                                std::string_view ca_crt) {
  if (!ca_crt.empty()) {
    auto authorities = parse_bundle(ca_crt);
    if (!authorities) return fail(std::move(authorities).error(), "ca.crt");
    return authorities;
  }
  const Certificate& last = served.back();
  if (!last.is_ca() && !last.is_self_signed()) {
    return refuse(
        "ca.crt: is empty, and tls.crt does not end in a CA certificate: add the CA to one of them");
  }
  return std::vector<Certificate>{last};
}

Status check_key(const std::vector<Certificate>& served, const PrivateKey& key) {
  if (!key.belongs_to(served.front())) {
    const auto owner = std::find_if(served.begin(), served.end(), [&](const Certificate& certificate) {
      return key.belongs_to(certificate);
    });
    if (owner != served.end()) {
      return refuse("tls.crt: the server's certificate must come first (it is number " +
                    std::to_string(owner - served.begin() + 1) + ")");
    }
    return refuse("tls.key: does not belong to the certificate in tls.crt");
  }
  if (!is_consistent(key)) return refuse("tls.key: its private and public parts do not belong together");
  return {};
}

Status check_leaf(const Certificate& leaf, std::string_view address, TimePoint now) {
  if (!leaf.names_address(address)) {
    const std::vector<std::string> addresses = leaf.ip_sans();
    return refuse("tls.crt: no IP SAN equals " + std::string(address) +
                  (addresses.empty() ? " (it has none; the common name does not count)"
                                     : " (it has " + joined(addresses) + ")"));
  }
  if (now < leaf.not_before()) {
    return refuse("tls.crt: is not valid before " + format_time(leaf.not_before()));
  }
  if (now > leaf.not_after()) return refuse("tls.crt: expired at " + format_time(leaf.not_after()));
  return {};
}

// Borrows the certificates: the stack must not outlive them.
CertificateStackHandle stack_of(const std::vector<Certificate>& certificates) {
  CertificateStackHandle stack(sk_X509_new_null());
  for (const Certificate& certificate : certificates) {
    if (!stack || sk_X509_push(stack.get(), certificate.handle()) <= 0) return nullptr;
  }
  return stack;
}

std::string verification_error(X509_STORE_CTX* context) {
  std::string text = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  ::X509* const current = X509_STORE_CTX_get_current_cert(context);
  if (current != nullptr && X509_up_ref(current) == 1) text += " (" + Certificate(current).subject() + ")";
  return text;
}

}  // namespace

Status verify_chain(const Certificate& leaf, const std::vector<Certificate>& intermediates,
                    const std::vector<Certificate>& authorities, TimePoint now) {
  const openssl::ErrorScope errors;
  const StoreHandle store(X509_STORE_new());
  const StoreContextHandle context(X509_STORE_CTX_new());
  const CertificateStackHandle stack = stack_of(intermediates);
  if (!store || !context || !stack) return fail(ErrorCode::kInternal, "verify: " + openssl::last_error());
  for (const Certificate& authority : authorities) {
    if (X509_STORE_add_cert(store.get(), authority.handle()) != 1) {
      return fail(ErrorCode::kInternal, "verify: " + openssl::last_error());
    }
  }
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf.handle(), stack.get()) != 1) {
    return fail(ErrorCode::kInternal, "verify: " + openssl::last_error());
  }
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, unix_time(now));
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  // Go trusts a certificate in its roots that was never meant to be one, too.
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_verify_cert(context.get()) == 1) return {};
  return refuse("does not verify up to its CA for server authentication: " +
                verification_error(context.get()));
}

Result<ServerMaterial> check_server_material(std::string_view tls_crt, std::string_view tls_key,
                                             std::string_view ca_crt, std::string_view address,
                                             TimePoint now) {
  auto served = parse_bundle(tls_crt);
  if (!served) return fail(std::move(served).error(), "tls.crt");
  auto key = PrivateKey::parse(tls_key);
  if (!key) return fail(std::move(key).error(), "tls.key");
  auto authorities = authorities_of(*served, ca_crt);
  if (!authorities) return tl::unexpected(std::move(authorities).error());
  if (auto checked = check_key(*served, *key); !checked) return tl::unexpected(std::move(checked).error());
  if (auto checked = check_leaf(served->front(), address, now); !checked) {
    return tl::unexpected(std::move(checked).error());
  }
  ServerMaterial material{
      served->front(), {served->begin() + 1, served->end()}, *key, std::move(*authorities)};
  if (auto verified = verify_chain(material.leaf, material.intermediates, material.authorities, now);
      !verified)
    return fail(std::move(verified).error(), "tls.crt");
  return material;
}

}  // namespace connected_registry::x509
