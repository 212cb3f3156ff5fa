// One HTTPS connection to the API, on cpp-httplib. Internal to this module, and the only user of that library
// in it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/interrupt.h"

namespace connected_registry::net {

struct HttpsTarget {
  std::string host;  // address or name; IPv6 without brackets
  int port = 443;
  std::string ca_pem;  // what the server's certificate must verify against; empty: what this machine trusts
  std::string server_name;      // that the server's certificate must carry; empty: host
  std::string certificate_pem;  // of ours, with its key; empty: none
  std::string key_pem;
};

struct HttpRequest {
  std::string_view method;
  std::string target;  // encoded path and query
  std::string_view content_type;
  std::string body;
  std::string token;  // bearer
};

struct HttpResponse {
  int status = 0;
  std::string body;
};

// Takes the answer of a 200 as it comes.
struct StreamReceiver {
  std::function<void()> on_head;  // it is a 200, and its body will come in its own time
  std::function<bool(std::string_view piece)> on_piece;  // false ends it
};

// For one thread at a time. Stays open between exchanges where the server allows.
// The process must ignore SIGPIPE: OpenSSL writes to sockets that the peer may have closed.
class Connection {
 public:
  // Does not connect yet. The error says what is wrong with the CA. `patience` bounds connecting, and each
  // wait for bytes to come or go; whoever wants a bound for the whole cuts the interrupt.
  static Result<std::unique_ptr<Connection>> make(const HttpsTarget& endpoint,
                                                  std::chrono::milliseconds patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;

  // Sends and waits for the answer, of whatever status. With a receiver, the body of a 200 goes there piece
  // by piece and the receiver's false is no error. Errors: kUnavailable where there is no connection or it
  // broke, kTimeout and kCancelled where the interrupt was cut, kInternal where the answer is too long.
  Result<HttpResponse> exchange(const HttpRequest& request, const StreamReceiver* receiver = nullptr);

  // A socket is open from an exchange before. The server may have closed its end since.
  bool is_open() const;

  // Connected to nothing again.
  void close();

  Interrupt& interrupt();

 private:
  class Implementation;
  explicit Connection(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::net
