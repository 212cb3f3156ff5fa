// A small API server for the tests: HTTPS on 127.0.0.1 with a certificate of its own, and handlers that the
// test sets.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "kube/client.h"
#include "support/temporary_directory.h"
#include "x509/issue.h"

namespace connected_registry::kube::testing {

// Longer than anything takes that works; a test that waits so long has failed.
inline constexpr std::chrono::seconds kPatience{20};

// A CA, and a certificate of it for the address, valid now.
x509::Pair make_ca();
x509::Pair make_server_certificate(const x509::Pair& ca, const std::string& address,
                                   const std::string& common_name = "API");

struct SeenRequest {
  std::string method;
  std::string target;  // as sent, with the query
  std::string path;
  std::multimap<std::string, std::string> parameters;
  httplib::Headers headers;
  std::string body;
  int client_port = 0;  // tells connections apart

  std::string header(const std::string& name) const;
  std::string parameter(const std::string& name) const;
};

class FakeApi {
 public:
  using Handler = std::function<void(const SeenRequest& request, httplib::Response& response)>;

  explicit FakeApi(const std::string& certificate_address = "127.0.0.1");
  ~FakeApi();
  FakeApi(const FakeApi&) = delete;
  FakeApi& operator=(const FakeApi&) = delete;
  FakeApi(FakeApi&&) = delete;
  FakeApi& operator=(FakeApi&&) = delete;

  // For every request from now on.
  void handle(Handler handler);

  // Answers every request with this.
  void answer(int status, std::string body);

  // How a client reaches it, with the token "token-1".
  Configuration configuration() const;
  void write_token(std::string_view token) const;
  void write_ca(std::string_view pem) const;
  const x509::Pair& ca() const { return ca_; }

  std::vector<SeenRequest> requests() const;
  // Waits until so many requests have come.
  bool wait_for_requests(std::size_t count) const;

  // Streams the pieces as chunks of their own; then ends, or stays silent until the server goes.
  enum class Afterwards { kEnd, kStayOpen };
  void stream(httplib::Response& response, std::vector<std::string> pieces, Afterwards afterwards);

 private:
  void serve(const httplib::Request& request, httplib::Response& response);

  ::connected_registry::testing::TemporaryDirectory directory_;
  x509::Pair ca_ = make_ca();
  x509::Pair certificate_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Handler handler_;
  std::vector<SeenRequest> requests_;
  bool closing_ = false;
  httplib::SSLServer server_;
  int port_ = 0;
  std::thread thread_;
};

// A Status object as the API answers errors.
std::string status_object(int code, std::string_view reason, std::string_view message);

// A document from JSON text that is known to be valid.
json::Document document(std::string_view text);

}  // namespace connected_registry::kube::testing
