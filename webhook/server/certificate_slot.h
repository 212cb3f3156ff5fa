// The certificate that a server proves itself with, exchanged while it serves.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "base/result.h"

namespace connected_registry::server {

// A certificate with its chain and key, parsed.
struct ServingPair;

// Thread-safe. Connections that are open keep what they shook hands with; each new one gets the newest.
class CertificateSlot {
 public:
  // Takes tls.crt (the leaf first, then its chain) and tls.key, both PEM. On an error, which names the file
  // and the reason, what was there stays.
  Status set(std::string_view tls_crt, std::string_view tls_key);

  // nullptr until one was set.
  std::shared_ptr<const ServingPair> get() const;

 private:
  mutable std::mutex mutex_;  // guards the pointer, for as long as it takes to copy it
  std::shared_ptr<const ServingPair> pair_;
};

}  // namespace connected_registry::server
