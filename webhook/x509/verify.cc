#include "x509/verify.h"

#include "x509/client_path.h"
#include "x509/openssl.h"

namespace connected_registry::x509 {
namespace {

// Returns a stack that borrows the certificates: it must not outlive them.
CertificateStackHandle stack_of(const std::vector<Certificate>& certificates) {
  CertificateStackHandle stack(sk_X509_new_null());
  for (const Certificate& certificate : certificates) {
    if (!stack || sk_X509_push(stack.get(), certificate.handle()) <= 0) return nullptr;
  }
  return stack;
}

// Returns the path that OpenSSL has found.
std::vector<Certificate> path_of(X509_STORE_CTX* context) {
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context);
  std::vector<Certificate> path;
  for (int index = 0; index < sk_X509_num(chain); ++index) {
    ::X509* const each = sk_X509_value(chain, index);
    if (X509_up_ref(each) == 1) path.emplace_back(each);
  }
  return path;
}

std::string verification_error(X509_STORE_CTX* context) {
  std::string text = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  ::X509* const current = X509_STORE_CTX_get_current_cert(context);
  if (current != nullptr && X509_up_ref(current) == 1) text += " (" + Certificate(current).subject() + ")";
  return text;
}

// Accepts a certificate at its not_after, as RFC 5280 and Go do. OpenSSL by itself refuses it.
int accept_last_moment(int verified, X509_STORE_CTX* context) {
  if (verified == 1 || X509_STORE_CTX_get_error(context) != X509_V_ERR_CERT_HAS_EXPIRED) return verified;
  const auto* const now = static_cast<const TimePoint*>(X509_STORE_CTX_get_app_data(context));
  ::X509* const current = X509_STORE_CTX_get_current_cert(context);
  if (now == nullptr || current == nullptr || X509_up_ref(current) != 1) return verified;
  if (Certificate(current).has_expired_at(*now)) return verified;
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

}  // namespace

Result<std::vector<Certificate>> verify_chain(const Certificate& leaf,
                                              const std::vector<Certificate>& intermediates,
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
  X509_STORE_CTX_set_app_data(context.get(), &now);
  X509_STORE_CTX_set_verify_cb(context.get(), accept_last_moment);
  X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
  // Go, too, trusts a certificate among its roots that is no CA.
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK);
  if (X509_verify_cert(context.get()) != 1) {
    return fail(ErrorCode::kInvalidArgument, verification_error(context.get()));
  }
  std::vector<Certificate> path = path_of(context.get());
  if (const Status accepted = verify_client_path(path); !accepted) return tl::unexpected(accepted.error());
  return path;
}

}  // namespace connected_registry::x509
