// The server's certificate. It can be replaced while the server runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"
#include "http/tls.h"

namespace connected_registry::http {

// Stores the current TLS context. Open connections keep the context that they started with. Thread-safe.
class CertificateProvider {
 public:
  // If `client_ca` (PEM) is set, clients must have a certificate that it has issued.
  explicit CertificateProvider(std::string client_ca = {}) : client_ca_(std::move(client_ca)) {}

  // Replaces the certificate. `tls_crt` contains the leaf and then its chain, `tls_key` the leaf's key; both
  // are PEM. The error names the part (tls.crt, tls.key or the client CA) and the reason. After an error, the
  // previous certificate stays in use.
  Status set(std::string_view tls_crt, std::string_view tls_key);

  // Returns nullptr before the first successful set().
  std::shared_ptr<const TlsContext> get() const;

 private:
  const std::string client_ca_;
  mutable Mutex mutex_;  // locked only to copy the pointer
  std::shared_ptr<const TlsContext> context_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::http
