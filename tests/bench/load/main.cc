// The load client: sends admission reviews to servers on this machine, checks every response, and prints the
// results as one line of JSON.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include "base/json.h"
#include "http/server.h"
#include "load/load.h"
#include "x509/issue.h"

namespace connected_registry::bench {
namespace {

json::Document described(const LoadResult& result) {
  json::Document out(rapidjson::kObjectType);
  json::Allocator& allocator = out.GetAllocator();
  const auto add = [&](std::string_view name, double value) {
    json::set(out, name, json::Value(value), allocator);
  };
  constexpr double kMicroseconds = 1e6;
  add("answered", static_cast<double>(result.answered));
  add("failed", static_cast<double>(result.failed));
  add("connected", static_cast<double>(result.connected));
  add("request_bytes", static_cast<double>(result.request_bytes));
  add("seconds", result.seconds);
  add("rate", static_cast<double>(result.answered) / result.seconds);
  add("cpu_us", result.answered == 0
                    ? 0
                    : result.server_cpu_seconds / static_cast<double>(result.answered) * kMicroseconds);
  add("p50_us", result.percentile(0.5));
  add("p99_us", result.percentile(0.99));
  add("p999_us", result.percentile(0.999));
  json::set(out, "first_failure", result.first_failure, allocator);
  return out;
}

// A server in this process with an idle timeout that can be set, so that connections end often in a short
// time.
class OwnServer {
 public:
  explicit OwnServer(std::chrono::milliseconds idle) {
    const x509::IssueRequest request{.common_name = "127.0.0.1",
                                     .dns_names = {},
                                     .ip_addresses = {"127.0.0.1"},
                                     .not_before = system_now() - std::chrono::minutes(5),
                                     .lifetime = std::chrono::hours(1)};
    const x509::Pair ca = x509::issue_ca(request).value();
    const x509::Pair leaf = x509::issue_server(request, ca).value();
    if (!certificate_.set(leaf.certificate.to_pem(), leaf.key.to_pem())) std::abort();
    http::ServerOptions options;
    options.host = "127.0.0.1";
    options.certificate = &certificate_;
    options.timeouts.idle = idle;
    server_ =
        http::HttpServer::start(
            options, {{"/mutate", [](const http::HttpRequest&) { return http::HttpResponse{.body = "{}"}; }}})
            .value();
  }
  int port() const { return server_->port(); }

 private:
  http::CertificateProvider certificate_;
  std::unique_ptr<http::HttpServer> server_;
};

int run(int argc, char** argv) {
  LoadRequest request;
  int own_idle = 0;
  bool new_connections = false;
  bool any_answer = false;
  CLI::App app("Sends admission reviews to servers on 127.0.0.1 and prints rates and times as JSON");
  app.add_option("--port", request.ports, "Ports of the servers; connections are spread over them");
  app.add_option("--own-server-idle-ms", own_idle,
                 "Instead of --port: a server in this process, with this idle time");
  app.add_option("--pid", request.processes, "Processes whose CPU time is the server's");
  app.add_option("--connections", request.connections, "How many at a time")->capture_default_str();
  app.add_flag("--new-connections", new_connections, "A connection for each request");
  app.add_option("--size", request.size, "Bytes of a review")->capture_default_str();
  app.add_flag("--any-answer", any_answer, "Any 200 will do; else each must have its uid and a patch");
  app.add_option("--requests", request.requests, "End after so many, not by time");
  const auto time = [&app](const char* name, std::chrono::milliseconds& target, const char* what) {
    app.add_option_function<int>(
        name, [&target](int value) { target = std::chrono::milliseconds(value); }, what);
  };
  time("--warm-up-ms", request.warm_up, "Not measured");
  time("--duration-ms", request.duration, "Measured");
  time("--least-pause-ms", request.least_pause, "Between an answer and the next request");
  time("--longest-pause-ms", request.longest_pause, "Drawn evenly between the two");
  time("--client-idle-ms", request.client_idle, "Idle time after which a client reconnects");
  CLI11_PARSE(app, argc, argv);
  request.keep_alive = !new_connections;
  request.expects_patch = !any_answer;
  std::signal(SIGPIPE, SIG_IGN);
  std::optional<OwnServer> own;
  if (own_idle > 0) {
    own.emplace(std::chrono::milliseconds(own_idle));
    request.ports = {own->port()};
    request.expects_patch = false;
  }
  if (request.ports.empty()) {
    std::cerr << "load_client: --port or --own-server-idle-ms is needed\n";
    return 2;
  }
  const LoadResult result = run_load(request);
  std::cout << json::to_text(described(result)) << "\n";
  return result.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace connected_registry::bench

int main(int argc, char** argv) {
  return connected_registry::bench::run(argc, argv);
}
