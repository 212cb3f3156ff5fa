// An HTTP/1 server, plain or TLS, for the webhook's own few paths.
//
// Made for a peer such as the API server: many connections that idle for long, each with a request now and
// then. A connection that waits is parked in epoll and has no thread. One thread serves the usual small
// requests, with the fewest changes between threads; handshakes and large requests have others, so that they
// keep nothing waiting. Each wait has a deadline and each buffer a bound, so that a client that is slow,
// silent or hostile costs no more than its connection. The process must ignore SIGPIPE (base/stop.h does).
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/certificate_provider.h"
#include "http/message.h"
#include "http/request_parser.h"
#include "http/server_state.h"
#include "metrics/registry.h"

namespace connected_registry::http {

struct ServerOptions {
  std::string host;                                  // address to listen at; empty: all, IPv6 and IPv4
  int port = 0;                                      // 0: any free one
  const CertificateProvider* certificate = nullptr;  // outlives the server; nullptr: plain HTTP
  RequestLimits rules = kJsonPosts;
  std::size_t max_connections = 512;  // the one that is slowest or idle for longest makes room for the next
  // Bytes of requests that have come in part. Beyond it they are answered 503.
  std::size_t max_buffered = std::size_t{12} << 20;
  // That serve: one what is quick, the others what takes long. 0: after the machine's cores, 3 or 4.
  std::size_t threads = 0;
  Timeouts timeouts;
  metrics::Registry* metrics = nullptr;  // outlives the server; nullptr: nothing is counted
  std::string name = "https";            // the label of what is counted
};

struct StopOptions {
  // First, for so long, everything is answered and each answer tells its client to connect anew, elsewhere:
  // the time until the cluster no longer sends anything here.
  std::chrono::milliseconds leave{0};
  // Then no connection is accepted, idle ones close (new ones once their first request is answered, or does
  // not come), and requests under way have so long to end.
  std::chrono::milliseconds finish{10'000};
};

// Thread-safe.
class HttpServer {
 public:
  // Listens and serves from its own threads until stop(). The error says which address is not to be had.
  static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, Routes routes);

  // Stops at once if stop() was not called.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  int port() const;

  // Returns when all is closed. Called again, it does nothing.
  void stop(const StopOptions& options);

 private:
  class Implementation;
  explicit HttpServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::http
