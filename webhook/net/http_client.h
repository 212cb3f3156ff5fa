// The only HTTP/1.1 client of this program, with or without TLS, based on cpp-httplib. It is used for the API
// server, for the trust agent's probe of the registry, and for the registry on localhost.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/deadline_timer.h"

namespace connected_registry::net {

struct HttpTarget {
  std::string host;  // address or name; an IPv6 address has no brackets
  int port = 443;
  bool tls = true;
  // The following fields are used only with TLS. A certificate in `ca_pem` may end the chain even if it is
  // not self-signed, as in Go.
  std::string ca_pem = {};           // empty: the CAs that this machine trusts
  std::string server_name = {};      // name that the server's certificate must contain; empty: host
  std::string certificate_pem = {};  // this client's certificate and its chain; empty: none
  std::string key_pem = {};

  // Returns "192.0.2.1:5000" or "[fd00::1]". The default port of the scheme (443 or 80) is left out.
  std::string authority() const;
};

struct HttpRequest {
  std::string_view method;
  std::string target;  // encoded path and query
  std::string_view content_type = {};
  std::string body = {};
  std::string token = {};  // bearer token; empty: none
  std::string_view accept = "application/json";
  // True if the server may receive the request twice. If the server has closed an open connection, a
  // repeatable request is sent again on a new connection. A request that is not repeatable always uses a new
  // connection.
  bool repeatable = true;
  // True if the exchange ends after the head of the response. The connection is then closed.
  bool head_only = false;
};

struct HttpResponse {
  int status = 0;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};

  // Returns the first value of the header, or an empty text if the header does not exist. The case of the
  // name does not matter.
  std::string_view header(std::string_view name) const;
};

struct RequestLimits {
  std::chrono::steady_clock::time_point deadline;  // end of the whole exchange
  std::stop_token stop = {};
};

// Receives the body of a response 200 as it arrives. HttpResponse::body then stays empty.
struct BodyReceiver {
  std::chrono::milliseconds timeout;  // time for the body after the head; replaces the deadline
  std::function<bool(std::string_view piece)> on_piece;  // returns false to end the exchange without an error
};

// A client with one connection, which stays open between requests if the server allows it. Not thread-safe:
// use it from one thread at a time. The process must ignore SIGPIPE, because OpenSSL writes to sockets that
// the peer may have closed.
class HttpClient {
 public:
  // Does not connect yet. `timer` must outlive the client. The error describes the problem with the
  // certificates.
  static Result<std::unique_ptr<HttpClient>> make(const HttpTarget& target, DeadlineTimer& timer);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  // Sends the request and returns the response with any status. Errors: kUnavailable if the connection fails
  // or breaks, kUnauthenticated if the server's certificate is not trusted, kTimeout after the deadline,
  // kCancelled after a stop, kInternal if the body is too long or the HTTP library fails. The deadline does
  // not limit the time of name resolution.
  Result<HttpResponse> send(const HttpRequest& request, const RequestLimits& limits,
                            const BodyReceiver* receiver = nullptr);

  // Returns true if a connection is open on this side. The server may already have closed it.
  bool is_open() const;

  // Returns the verified chain of the last connection, each certificate as PEM: the server's own certificate
  // first, the trusted certificate last. The list is empty without TLS.
  const std::vector<std::string>& verified_chain() const;

 private:
  class Implementation;
  explicit HttpClient(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::net
