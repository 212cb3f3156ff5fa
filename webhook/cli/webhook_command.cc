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

constexpr const char* kDescription = "The admission webhook, and the controller in the replica that leads";
constexpr const char* kFooter =
    R"(Gives pods the registry's CA (POST /mutate) and judges settings (POST /validate). One replica leads and runs
the controller: certificates, the CA bundle, a report of pods that missed it.

Example:
  connected-registry webhook --name my-connected-registry --namespace registry --log-level debug

Environment:
  POD_NAME  name under which this replica competes for leadership (default: the host's name)
)";

// The time until the cluster no longer sends requests to a pod that ends.
constexpr std::chrono::seconds kDrainTimeout{5};
constexpr std::chrono::seconds kOwnerInterval{2};

struct Options {
  names::Installation installation;
  std::string cluster_domain = "cluster.local";
  int port = 9443;
  int health_port = 9444;
  std::string client_ca;  // a file; empty: clients need no certificate
  controller::RotationTimes rotation;
  std::string taint;
};

// The content of --client-ca; empty without one. The error says why nobody could come in by it.
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
      ->check(CLI::Range(0, kLargest))
      ->type_name("SECONDS");
}

std::string identity() {
  const char* const pod = std::getenv("POD_NAME");
  if (pod != nullptr && *pod != '\0') return pod;
  std::array<char, 256> host{};
  return ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "unknown";
}

// The Deployment that runs us, with which all that we make is to go. Asked until it is known; nothing at
// `stop`.
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

// Competes for leadership and leads, until `stop`.
void take_part(kube::Client& client, const Options& options, const controller::ConfigWatcher& follower,
               controller::Wakeup& wakeup, metrics::Registry& metrics, const std::stop_token& stop) {
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

int serve(const Options& options, Streams streams) {
  memory::tune_allocator();
  const SignalStop stop;
  const auto configuration = find_cluster("webhook", streams);
  if (!configuration) return kUsage;
  log::info("webhook", {{"version", version()}, {"installation", options.installation.name}});
  metrics::Registry metrics;
  count_version(metrics);
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
       .on_policy = [](const auto& /*policy*/) {},  // asked for at each request
       .on_certificate =
           [&certificate](const controller::ServingMaterial& material) {
             return certificate.set(material.tls_crt, material.tls_key);
           },
       .on_change = [&wakeup] { wakeup.wake(); }});
  const auto ready = [&follower, token = stop.token()]() -> Status {
    if (token.stop_requested()) return fail(ErrorCode::kCancelled, "it is ending");
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
      https_options, admission::admission_routes({.installation = options.installation,
                                                  .policy = [&follower] { return follower.policy(); },
                                                  .settings = [&follower] { return follower.settings(); }},
                                                 metrics));
  for (const auto* started : {&health, &https}) {
    if (*started) continue;
    streams.err << "connected-registry webhook: " << started->error().message << "\n";
    return kFailure;
  }
  take_part(client, options, follower, wakeup, metrics, stop.token());
  log::info("ending");
  (*https)->stop({.drain_timeout = kDrainTimeout});
  return kSuccess;
}

}  // namespace

void add_webhook(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("webhook", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  add_installation(*command, options->installation);
  command->add_option("--cluster-domain", options->cluster_domain, "The cluster's DNS domain")
      ->capture_default_str();
  add_port(*command, "--port", options->port, "Port for HTTPS: /mutate and /validate");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  command
      ->add_option("--client-ca", options->client_ca,
                   "CA certificates (PEM) of which clients of --port have to show one")
      ->type_name("FILE");
  add_seconds(*command, "--rotation-pods", options->rotation.pods,
              "At a change of the CA: seconds that pods have to get the new one before it is used");
  add_seconds(*command, "--rotation-bound", options->rotation.bound,
              "Seconds after which nodes that have not confirmed it are waited for no more");
  add_seconds(*command, "--rotation-overlap", options->rotation.overlap,
              "Seconds for which the old one stays trusted");
  command
      ->add_option("--startup-taint", options->taint,
                   "Key of a taint to take from nodes once they trust the registry (default: none)")
      ->type_name("KEY");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return serve(*options, streams); }; });
}

}  // namespace connected_registry::cli
