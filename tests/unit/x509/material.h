// Certificates and keys for the tests: files that other tools made, and pairs made here.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/base64.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "support/golden.h"
#include "x509/issue.h"

namespace connected_registry::x509::testing {

// A time at which all of it is valid.
inline TimePoint judged_at() {
  return parse_time("2030-01-01T00:00:00Z").value();
}

// Returns the content of tests/golden/x509/NAME.
inline std::string golden(std::string_view name) {
  auto content = file::read(golden_directory() + "/x509/" + std::string(name));
  EXPECT_TRUE(content.has_value()) << (content ? "" : content.error().message);
  return content.value_or("");
}

inline Certificate golden_certificate(std::string_view name) {
  return Certificate::parse(golden(name)).value();
}

// A year around judged_at.
inline IssueRequest request_for(std::string common_name) {
  return {std::move(common_name),
          {},
          {},
          judged_at() - std::chrono::hours(24 * 100),
          std::chrono::hours(24 * 365)};
}

inline Pair make_ca(std::string common_name = "CA") {
  return issue_ca(request_for(std::move(common_name))).value();
}

inline Pair make_server(const Pair& ca, std::string address = "192.100.100.1") {
  IssueRequest request = request_for("server");
  request.ip_addresses = {std::move(address)};
  return issue_server(request, ca).value();
}

// The bytes in the first block of a PEM text.
inline std::string der_of(std::string_view pem) {
  const std::size_t begin = pem.find('\n') + 1;
  return base64::decode(pem.substr(begin, pem.find("-----END") - begin)).value();
}

inline std::string pem_of(const std::string& label, std::string_view der) {
  constexpr std::size_t kWidth = 64;
  const std::string text = base64::encode(der);
  std::string pem = "-----BEGIN " + label + "-----\n";
  for (std::size_t at = 0; at < text.size(); at += kWidth) pem += text.substr(at, kWidth) + "\n";
  return pem + "-----END " + label + "-----\n";
}

// A P-256 key with the private half of one key and the public half of another, which ends its PKCS#8.
inline std::string mixed_key(const PrivateKey& private_half, const PrivateKey& public_half) {
  constexpr std::size_t kPoint = 64;
  std::string der = der_of(private_half.to_pem());
  const std::string other = der_of(public_half.to_pem());
  der.replace(der.size() - kPoint, kPoint, other.substr(other.size() - kPoint));
  return pem_of("PRIVATE KEY", der);
}

}  // namespace connected_registry::x509::testing
