#include "http/certificate_provider.h"

#include <utility>

namespace connected_registry::http {

Status CertificateProvider::set(std::string_view tls_crt, std::string_view tls_key) {
  auto made = TlsContext::make(tls_crt, tls_key, client_ca_);
  if (!made) return tl::unexpected<Error>(std::move(made).error());
  auto context = std::make_shared<const TlsContext>(std::move(*made));
  const MutexLock lock(mutex_);
  context_.swap(context);
  return {};
}

std::shared_ptr<const TlsContext> CertificateProvider::get() const {
  const MutexLock lock(mutex_);
  return context_;
}

}  // namespace connected_registry::http
