// A server on 127.0.0.1, on a free port, and clients for it.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <string>

#include "http/raw_client.h"
#include "http/server.h"
#include "x509/issue.h"

namespace connected_registry::http::testing {

// A CA and the certificates it issues, valid now.
class Authority {
 public:
  Authority() : ca_(x509::issue_ca(request("CA")).value()) {}

  x509::Pair issue(std::string name) const {
    return x509::issue_server(request(std::move(name)), ca_).value();
  }
  std::string to_pem() const { return ca_.certificate.to_pem(); }
  // Sets a new certificate with this common name.
  void fill(CertificateProvider& provider, std::string name) const {
    const x509::Pair pair = issue(std::move(name));
    const Status status = provider.set(pair.certificate.to_pem(), pair.key.to_pem());
    ASSERT_TRUE(status) << status.error().message;
  }

 private:
  static x509::IssueRequest request(std::string name) {
    return {.common_name = std::move(name),
            .dns_names = {},
            .ip_addresses = {"127.0.0.1"},
            .not_before = system_now() - std::chrono::minutes(5),
            .lifetime = std::chrono::hours(1)};
  }
  x509::Pair ca_;
};

inline std::string post(std::string_view path, std::string_view body, std::string_view fields = {}) {
  std::string out =
      "POST " + std::string(path) + " HTTP/1.1\r\nHost: webhook\r\nContent-Type: application/json\r\n";
  out.append(fields).append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return out.append(body);
}

class ServerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_NE(std::signal(SIGPIPE, SIG_IGN), SIG_ERR); }
  ServerTest() {
    authority_.fill(certificate_, "first");
    options_.host = "127.0.0.1";
    options_.certificate = &certificate_;
    routes_ = {{"/echo", [](const HttpRequest& request) {
                  return HttpResponse{.content_type = "application/json",
                                      .body = {request.body.begin(), request.body.end()}};
                }}};
  }

  void start() {
    auto server = HttpServer::start(options_, routes_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  RawClient connect(int max_tls_version = 0) const {
    return {server_->port(), options_.certificate == nullptr ? RawClient::Tls::kNo : RawClient::Tls::kYes,
            max_tls_version};
  }

  const Authority authority_;
  CertificateProvider certificate_;
  ServerOptions options_;
  Routes routes_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace connected_registry::http::testing
