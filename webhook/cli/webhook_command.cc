#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "admission/config_watcher.h"
#include "admission/routes.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "http/certificate_provider.h"
#include "http/health.h"
#include "http/server.h"
#include "metrics/registry.h"
#include "x509/certificate.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Run the admission webhook";
constexpr const char* kFooter =
    R"(Adds the registry's CA to pods (POST /mutate) and checks settings and certificates (POST /validate). Reads two objects:
the ConfigMap with the policy and the Secret with the serving certificate. The controller makes both.

Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong arguments, or the pod's access to the Kubernetes API is
missing.

Examples:
  connected-registry webhook --name my-connected-registry --namespace registry --log-level debug
)";

// Time until the cluster no longer sends requests to a pod that is deleted.
constexpr std::chrono::seconds kDrainTimeout{5};

struct WebhookOptions {
  names::Installation installation;
  int port = 9443;
  int health_port = 9444;
  std::string client_ca;  // a file; empty: clients need no certificate
};

// Returns the content of --client-ca; empty without one. The error says why no client could be verified with
// it.
Result<std::string> read_client_ca(const std::string& path) {
  if (path.empty()) return std::string();
  auto pem = file::read(path);
  if (!pem) return fail(std::move(pem).error(), "--client-ca");
  const auto parsed = x509::parse_bundle(*pem);
  if (!parsed) return fail(parsed.error(), "--client-ca: " + path);
  return pem;
}

int serve(const WebhookOptions& options, CommandStreams streams) {
  memory::tune_allocator();
  const SignalStop stop;
  const auto configuration = find_cluster("webhook", streams);
  if (!configuration) return kUsage;
  log::info("started", {{"version", version()}, {"installation", options.installation.name}});
  metrics::Registry metrics;
  set_build_info(metrics);
  kube::Client client(*configuration);
  auto client_ca = read_client_ca(options.client_ca);
  if (!client_ca) {
    streams.err << "connected-registry webhook: " << client_ca.error().message << "\n";
    return kUsage;
  }
  http::CertificateProvider certificate(std::move(*client_ca));
  const admission::ConfigWatcher watcher(
      client, {.installation = options.installation,
               .on_certificate = [&certificate](const admission::ServingPair& pair) {
                 return certificate.set(pair.certificate, pair.key);
               }});
  const auto ready = [&watcher, token = stop.token()]() -> Status {
    if (token.stop_requested()) return fail(ErrorCode::kCancelled, "it is stopping");
    if (auto reason = watcher.why_not_ready()) return fail(ErrorCode::kUnavailable, std::move(*reason));
    return {};
  };
  http::ServerOptions health_options;
  health_options.port = options.health_port;
  health_options.limits = http::kGetOrHead;
  health_options.threads = 1;
  health_options.metrics = &metrics;
  health_options.name = "health";
  const auto health = http::HttpServer::start(health_options, http::health_routes(ready, metrics));
  http::ServerOptions https_options;
  https_options.port = options.port;
  https_options.certificate = &certificate;
  https_options.metrics = &metrics;
  const auto https = http::HttpServer::start(
      https_options, admission::admission_routes({.installation = options.installation,
                                                  .policy = [&watcher] { return watcher.policy(); }},
                                                 metrics));
  for (const auto* started : {&health, &https}) {
    if (*started) continue;
    streams.err << "connected-registry webhook: " << started->error().message << "\n";
    return kFailure;
  }
  while (wait_for(stop.token(), std::chrono::hours(1))) {
  }
  log::info("stopping");
  (*https)->stop({.drain_timeout = kDrainTimeout});
  return kSuccess;
}

}  // namespace

void add_webhook(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("webhook", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<WebhookOptions>();
  add_installation(*command, options->installation);
  add_port(*command, "--port", options->port, "Port for HTTPS: /mutate and /validate");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  command
      ->add_option(
          "--client-ca", options->client_ca,
          "CA certificates, PEM: clients of --port need a certificate of one of them (default: none needed)")
      ->type_name("FILE");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return serve(*options, streams); };
  });
}

}  // namespace connected_registry::cli
