// The server's certificate, replaceable while the server runs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"
#include "http/tls.h"

namespace connected_registry::http {

// Holds the current TLS context. Open connections keep the one they began with. Thread-safe.
class CertificateProvider {
 public:
  // With `client_ca` (PEM), clients need a certificate issued by it.
  explicit CertificateProvider(std::string client_ca = {}) : client_ca_(std::move(client_ca)) {}

  // Replaces the certificate. tls.crt has the leaf first, then its chain; tls.key its key; both are PEM. An
  // error names the file and the reason, and leaves the former certificate in place.
  Status set(std::string_view tls_crt, std::string_view tls_key);

  // Returns nullptr until the first set().
  std::shared_ptr<const TlsContext> get() const;

 private:
  const std::string client_ca_;
  mutable Mutex mutex_;  // held for as long as it takes to copy the pointer
  std::shared_ptr<const TlsContext> context_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::http
