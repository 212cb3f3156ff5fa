// An HTTP/1 server, plain or TLS, for a few paths.
//
// Made for a peer such as the API server: many connections that idle for long, each with a request now and
// then. A connection that waits is parked in epoll and needs no thread. One thread serves the usual small
// requests, with the fewest switches between threads; other threads take handshakes and large requests, so
// that small ones do not wait for them. Each wait has a deadline and each buffer a bound, so that a client
// that is slow, silent or hostile costs no more than its connection. The process must ignore SIGPIPE
// (base/stop.h does).
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
  std::string host;                                  // address to listen on; empty: all, IPv6 and IPv4
  int port = 0;                                      // 0: any free port
  const CertificateProvider* certificate = nullptr;  // outlives the server; nullptr: plain HTTP
  RequestLimits limits = kPostJson;
  std::size_t max_connections = 512;  // beyond it, each new connection evicts the slowest or most idle one
  // Bytes of requests that have come in part. Beyond it, such requests are answered 503.
  std::size_t max_buffered = std::size_t{12} << 20;
  // Worker threads: the first for what is quick, the others for what takes long. 0: 3 or 4, after the
  // machine's cores.
  std::size_t threads = 0;
  Timeouts timeouts;
  metrics::Registry* metrics = nullptr;  // outlives the server; nullptr: no metrics
  std::string name = "https";            // the metrics' label "server"
};

struct StopOptions {
  // In the first phase the server goes on, and each response tells its client to connect anew. Another server
  // then gets the connection: the time should last until the cluster sends no new connections here.
  std::chrono::milliseconds drain_timeout{0};
  // In the second phase no connection is accepted, and each closes once it has no request under way (a new
  // connection once its first request is answered, or does not come). This is the time for requests under way
  // to end.
  std::chrono::milliseconds grace_period{10'000};
};

// Thread-safe.
class HttpServer {
 public:
  // Listens, and serves from its own threads until stop(). The error names the port that cannot be had.
  static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, Routes routes);

  // Stops at once if stop() was not called.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  int port() const;

  // Stops the server and returns when all is closed. While one call is under way, another may shorten its
  // phases: the earlier end of each counts. After the first call it does nothing.
  void stop(const StopOptions& options);

 private:
  class Implementation;
  explicit HttpServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::http
