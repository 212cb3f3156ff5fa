// Certificates and keys for the tests: files that other tools made, and pairs made here.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/timestamp.h"
#include "support/golden.h"
#include "x509/issue.h"

namespace connected_registry::x509::testing {

// When all of it is valid.
inline TimePoint judged_at() {
  return parse_time("2030-01-01T00:00:00Z").value();
}

// The content of tests/golden/x509/NAME.
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

}  // namespace connected_registry::x509::testing
