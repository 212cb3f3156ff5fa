// The certificate that a server proves itself with, exchanged while it serves.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/mutex.h"
#include "base/result.h"
#include "http/tls.h"

namespace connected_registry::http {

// Thread-safe. Connections that are open keep what they began with; each new one gets the newest.
class CertificateProvider {
 public:
  // With `client_ca` (PEM), clients need a certificate of it.
  explicit CertificateProvider(std::string client_ca = {}) : client_ca_(std::move(client_ca)) {}

  // Takes tls.crt (the leaf first, then its chain) and tls.key, both PEM. On an error, which names the file
  // and the reason, what was there stays.
  Status set(std::string_view tls_crt, std::string_view tls_key);

  // nullptr until one was set.
  std::shared_ptr<const TlsContext> get() const;

 private:
  const std::string client_ca_;
  mutable Mutex mutex_;  // held for as long as it takes to copy the pointer
  std::shared_ptr<const TlsContext> context_ GUARDED_BY(mutex_);
};

}  // namespace connected_registry::http
