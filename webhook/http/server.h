// An HTTP/1 server with or without TLS, for a few paths.
//
// It is made for clients like the API server, which open many connections that are idle for a long time. A
// waiting connection is parked in epoll and needs no thread. One thread answers small requests, with few
// context switches. Other threads process handshakes and large requests, so that small requests do not wait
// for them. Every wait has a deadline and every buffer a maximum size, so that a slow, silent or hostile
// client affects only its own connection. The process must ignore SIGPIPE (base/stop.h does so).
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
  const CertificateProvider* certificate = nullptr;  // must outlive the server; nullptr: plain HTTP
  RequestLimits limits = kPostJson;
  std::size_t max_connections = 512;  // limit; above it, a new connection evicts another connection
  // Maximum memory for incomplete requests, in bytes. Above it, incomplete requests get a response 503.
  std::size_t max_buffered = std::size_t{12} << 20;
  // Number of worker threads. The first does quick work, the others do work that takes long. 0 means 3 or 4,
  // depending on the number of cores.
  std::size_t threads = 0;
  Timeouts timeouts;
  metrics::Registry* metrics = nullptr;  // must outlive the server; nullptr: no metrics
  std::string name = "https";            // value of the metrics' label "server"
};

struct StopOptions {
  // Duration of the first phase. The server works, but each response tells the client to open a new
  // connection. Another server then gets this connection. The phase should last until the cluster sends no
  // new connections to this server.
  std::chrono::milliseconds drain_timeout{0};
  // Maximum duration of the second phase. During this time, requests in progress can end. The server accepts
  // no connection. It closes each connection that has no request in progress. It closes a new connection
  // after its first request, or if this request does not arrive.
  std::chrono::milliseconds grace_period{10'000};
};

// Thread-safe.
class HttpServer {
 public:
  // Listens, and serves from its own threads until stop() is called. The error names the port that is not
  // available.
  static Result<std::unique_ptr<HttpServer>> start(const ServerOptions& options, Routes routes);

  // Stops immediately if stop() was not called.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  HttpServer(HttpServer&&) = delete;
  HttpServer& operator=(HttpServer&&) = delete;

  int port() const;

  // Stops the server and returns when everything is closed. A second call during the first can shorten the
  // phases: for each phase, the earlier end applies. A call after the server has stopped does nothing.
  void stop(const StopOptions& options);

 private:
  class Implementation;
  explicit HttpServer(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace connected_registry::http
