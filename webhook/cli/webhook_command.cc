#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "admission/routes.h"
#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "controller/config_watcher.h"
#include "controller/controller.h"
#include "http/certificate_provider.h"
#include "http/health.h"
#include "http/server.h"
#include "kube/leader.h"
#include "metrics/registry.h"
#include "x509/certificate.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Run the admission webhook, and the controller in the replica that leads";
constexpr const char* kFooter =
    R"(Adds the registry's CA to pods (POST /mutate) and checks settings and certificates (POST /validate). One replica leads
and runs the controller: certificates, the CA bundle, running pods and the state of nodes.

Environment:
  POD_NAME  identity of this replica in the leader election (default: the host name)

Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong arguments, or the pod's access to the Kubernetes API is
missing.

Examples:
  connected-registry webhook --name my-connected-registry --namespace registry --log-level debug
)";

// Time until the cluster no longer sends requests to a pod that is deleted.
constexpr std::chrono::seconds kDrainTimeout{5};
constexpr std::chrono::seconds kOwnerInterval{2};

struct WebhookOptions {
  names::Installation installation;
  std::string cluster_domain = "cluster.local";
  int port = 9443;
  int health_port = 9444;
  std::string client_ca;  // a file; empty: clients need no certificate
  controller::RotationTimes rotation;
  std::string taint;
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

void add_seconds(CLI::App& command, const std::string& name, std::chrono::seconds& value,
                 const std::string& description) {
  constexpr int kLargest = 366 * 24 * 3600;
  command
      .add_option_function<int>(
          name, [&value](int seconds) { value = std::chrono::seconds(seconds); },
          description + " (default: " + std::to_string(value.count()) + ")")
      ->check(CLI::Range(0, kLargest).description(""))
      ->type_name("SECONDS");
}

std::string identity() {
  const char* const pod = std::getenv("POD_NAME");
  if (pod != nullptr && *pod != '\0') return pod;
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "unknown";
}

// Returns the Deployment that runs this program and owns all objects that it creates. Retries until it is
// known; nullopt at `stop`.
std::optional<controller::Owner> find_owner(kube::Client& client, const names::Installation& installation,
                                            const std::stop_token& stop) {
  controller::ProgressLog progress;
  const std::string subject = "Deployment " + installation.webhook();
  do {
    const auto found = client.get(kube::kDeployments, installation.namespace_, installation.webhook());
    if (found) {
      progress.done(subject);
      return controller::Owner{.resource = kube::kDeployments,
                               .name = installation.webhook(),
                               .uid = std::string(json::string_at(*found, {"metadata", "uid"}))};
    }
    progress.waiting(subject, found.error().message);
  } while (wait_for(stop, kOwnerInterval));
  return std::nullopt;
}

// Takes part in the leader election, and runs the controller while it leads. Returns at `stop`.
void run_controller(kube::Client& client, const WebhookOptions& options,
                    const controller::ConfigWatcher& follower, controller::Wakeup& wakeup,
                    metrics::Registry& metrics, const std::stop_token& stop) {
  const auto owner = find_owner(client, options.installation, stop);
  if (!owner) return;
  kube::LeaderRequest request;
  request.namespace_ = options.installation.namespace_;
  request.lease = options.installation.leader_lease();
  request.identity = identity();
  request.owner = controller::owner_reference(*owner);
  const auto pod_gauges = controller::PodGauges::in(metrics);
  const auto node_gauges = controller::NodeGauges::in(metrics);
  const auto lead = [&](const std::stop_token& term) {
    const log::ComponentScope component("controller");
    controller::Controller leading(client, follower.objects(), wakeup,
                                   [&follower] { return follower.policy(); },
                                   {.installation = options.installation,
                                    .cluster_domain = options.cluster_domain,
                                    .owner = *owner,
                                    .rotation = options.rotation,
                                    .taint = options.taint,
                                    .pod_gauges = pod_gauges,
                                    .node_gauges = node_gauges});
    leading.run(term);
  };
  kube::run_leader_election(client, request, lead, stop);
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
  controller::Wakeup wakeup;
  const controller::ConfigWatcher follower(
      client,
      {.installation = options.installation,
       .service_names = controller::webhook_service_names(options.installation, options.cluster_domain),
       .on_certificate =
           [&certificate](const controller::ServingMaterial& material) {
             return certificate.set(material.tls_crt, material.tls_key);
           },
       .on_change = [&wakeup] { wakeup.wake(); }});
  const auto ready = [&follower, token = stop.token()]() -> Status {
    if (token.stop_requested()) return fail(ErrorCode::kCancelled, "it is stopping");
    if (auto reason = follower.why_not_ready()) return fail(ErrorCode::kUnavailable, std::move(*reason));
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
      https_options,
      admission::admission_routes({.installation = options.installation,
                                   .policy = [&follower] { return follower.rendered_policy(); },
                                   .settings = [&follower] { return follower.settings(); }},
                                  metrics));
  for (const auto* started : {&health, &https}) {
    if (*started) continue;
    streams.err << "connected-registry webhook: " << started->error().message << "\n";
    return kFailure;
  }
  run_controller(client, options, follower, wakeup, metrics, stop.token());
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
  command->add_option("--cluster-domain", options->cluster_domain, "DNS domain of the cluster")
      ->capture_default_str()
      ->type_name("DOMAIN");
  add_port(*command, "--port", options->port, "Port for HTTPS: /mutate and /validate");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  command
      ->add_option(
          "--client-ca", options->client_ca,
          "CA certificates, PEM: clients of --port need a certificate of one of them (default: none needed)")
      ->type_name("FILE");
  add_seconds(*command, "--rotation-pods", options->rotation.pods,
              "When the CA changes: time that pods have to get the new CA before its certificate is served");
  add_seconds(*command, "--rotation-bound", options->rotation.bound,
              "Longest wait for nodes that have not confirmed the new CA");
  add_seconds(*command, "--rotation-overlap", options->rotation.overlap,
              "Time that the old CA stays trusted");
  command
      ->add_option("--startup-taint", options->taint,
                   "Key of a taint to remove from a node when it trusts the registry (default: none)")
      ->type_name("KEY");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return serve(*options, streams); };
  });
}

}  // namespace connected_registry::cli
