#include "trust/agent/probe.h"

#include <utility>

#include "net/address.h"
#include "net/deadline_timer.h"
#include "net/http_client.h"
#include "x509/certificate.h"
#include "x509/verify.h"

namespace connected_registry::trust {
namespace {

constexpr std::string_view kPath = "/v2/";

Result<net::HttpTarget> target_of(const ProbeRequest& request) {
  const contract::RegistryDocument& registry = request.registry;
  if (!net::Address::parse(registry.address)) {
    return fail(ErrorCode::kInvalidArgument, "'" + registry.address + "' is not an IP address");
  }
  net::HttpTarget target{
      .host = registry.address, .port = registry.port, .tls = registry.scheme == contract::Scheme::kHttps};
  if (!target.tls) return target;
  // Stricter than the client's own reader, for which an empty bundle means the machine's store.
  auto certificates = x509::parse_bundle(request.bundle);
  if (!certificates) return fail(std::move(certificates.error()), "CA bundle");
  target.ca_pem = request.bundle;
  return target;
}

std::string describe_authority(const x509::Certificate& authority) {
  constexpr std::size_t kDigits = 16;
  return authority.subject() + " (sha256 " + authority.sha256().substr(0, kDigits) + ")";
}

// Checks a chain that OpenSSL has verified with the rules of Go: container runtimes are written in Go.
// Returns a description of the CA, or an empty text for an empty chain.
Result<std::string> check_chain(const std::vector<std::string>& chain) {
  std::vector<x509::Certificate> certificates;
  for (const std::string& pem : chain) {
    auto certificate = x509::Certificate::parse(pem);
    if (!certificate) return tl::unexpected(std::move(certificate.error()));
    certificates.push_back(std::move(*certificate));
  }
  if (certificates.empty()) return std::string();
  const x509::Certificate authority = certificates.back();
  const x509::Certificate leaf = certificates.front();
  certificates.erase(certificates.begin());
  const auto path = x509::verify_chain(leaf, certificates, {authority}, system_now());
  if (!path) {
    return fail(ErrorCode::kUnauthenticated,
                "containerd and other clients written in Go refuse the certificate: " + path.error().message);
  }
  return describe_authority(authority);
}

}  // namespace

Result<std::string> probe(const ProbeRequest& request) {
  const auto target = target_of(request);
  if (!target) return tl::unexpected(target.error());
  const std::string url = (target->tls ? "https://" : "http://") + target->authority() + std::string(kPath);
  net::DeadlineTimer timer;
  auto client = net::HttpClient::make(*target, timer);
  if (!client) return fail(std::move(client.error()), url);
  const auto response =
      (*client)->send({.method = "GET", .target = std::string(kPath), .accept = "*/*", .head_only = true},
                      {.deadline = std::chrono::steady_clock::now() + request.timeout});
  if (!response && response.error().code == ErrorCode::kTimeout) {
    return fail(ErrorCode::kTimeout,
                url + " did not answer within " + std::to_string(request.timeout.count()) + " ms");
  }
  if (!response) return fail(Error(response.error()), url);
  if (response->status >= 500) {
    return fail(ErrorCode::kUnavailable,
                url + " answers with HTTP status " + std::to_string(response->status));
  }
  auto authority = check_chain((*client)->verified_chain());
  if (!authority) return fail(std::move(authority.error()), url);
  return authority;
}

}  // namespace connected_registry::trust
