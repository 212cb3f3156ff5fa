// Issues the webhook's own certificates: a private CA and the leaf certificate of the webhook's server.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/timestamp.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace connected_registry::x509 {

struct Pair {
  Certificate certificate;
  PrivateKey key;
};

struct IssueRequest {
  std::string common_name;
  std::vector<std::string> dns_names;     // SANs
  std::vector<std::string> ip_addresses;  // SANs
  TimePoint not_before;                   // callers subtract a few minutes for clocks that differ
  std::chrono::hours lifetime;
};

// Issues a self-signed CA (pathlen 0, keyCertSign) with a new P-256 key and a random serial number of 128
// bits.
Result<Pair> issue_ca(const IssueRequest& request);

// Issues a server certificate (serverAuth, digitalSignature), signed by the CA, with a new P-256 key.
Result<Pair> issue_server(const IssueRequest& request, const Pair& ca);

}  // namespace connected_registry::x509
