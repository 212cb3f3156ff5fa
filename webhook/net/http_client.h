// The program's one client of HTTP/1.1, plain or over TLS, on cpp-httplib: the API server, the registry that
// the trust agent probes and the registry on localhost are reached through it.
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
  std::string host;  // address or name; IPv6 without brackets
  int port = 443;
  bool tls = true;
  // With TLS only. A certificate of `ca_pem` ends the chain, self-signed or not, as in Go.
  std::string ca_pem = {};           // empty: the CAs that this machine trusts
  std::string server_name = {};      // that the server's certificate must carry; empty: host
  std::string certificate_pem = {};  // of this client, with its key; empty: none
  std::string key_pem = {};

  // "192.0.2.1:5000", "[fd00::1]"; without the port where it is the scheme's own.
  std::string authority() const;
};

struct HttpRequest {
  std::string_view method;
  std::string target;  // encoded path and query
  std::string_view content_type = {};
  std::string body = {};
  std::string token = {};  // bearer
  std::string_view accept = "application/json";
  // The server may get it twice: an open connection can turn out to be closed once the request is on its way.
  // A request that must not be repeated gets a connection of its own.
  bool repeatable = true;
  // The exchange ends with the response's head; then the connection is closed.
  bool head_only = false;
};

struct HttpResponse {
  int status = 0;
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> headers = {};

  // The first value; empty where there is none. Names do not depend on upper and lower case.
  std::string_view header(std::string_view name) const;
};

struct RequestLimits {
  std::chrono::steady_clock::time_point
      deadline;  // of the whole exchange, however the server spends the time
  std::stop_token stop = {};
};

// Receives the body of a 200 as it arrives, in place of HttpResponse::body.
struct BodyReceiver {
  std::chrono::milliseconds timeout;  // of the body, counted from its head; it replaces the deadline
  std::function<bool(std::string_view piece)> on_piece;  // false ends the exchange, without an error
};

// A client with one connection, which stays open between requests where the server allows. For one thread at
// a time. The process must ignore SIGPIPE: OpenSSL writes to sockets that the peer may have closed.
class HttpClient {
 public:
  // Does not connect yet. `timer` must outlive the client. The error says what is wrong with the
  // certificates.
  static Result<std::unique_ptr<HttpClient>> make(const HttpTarget& target, DeadlineTimer& timer);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  HttpClient(HttpClient&&) = delete;
  HttpClient& operator=(HttpClient&&) = delete;

  // Returns the response, of whatever status. Errors: kUnavailable where there is no connection or it broke,
  // kUnauthenticated where the server's certificate is not trusted, kTimeout at the deadline, kCancelled at
  // the stop, kInternal where the body is too long. The resolver's own time comes on top of the deadline.
  Result<HttpResponse> send(const HttpRequest& request, const RequestLimits& limits,
                            const BodyReceiver* receiver = nullptr);

  // Reports whether a connection is open. The server may have closed its end since.
  bool is_open() const;

  // PEM of the CA that verified the server's certificate of the last connection; empty without TLS.
  std::string verified_authority() const;

 private:
  class Implementation;
  explicit HttpClient(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::net
