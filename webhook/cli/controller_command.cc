#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/memory.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "controller/controller.h"
#include "http/health.h"
#include "http/server.h"
#include "kube/leader.h"
#include "metrics/registry.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Run the controller";
constexpr const char* kFooter =
    R"(Makes the certificates, the CA bundle and the policy of the webhook, brings a new CA into running pods, and reports the
state of nodes and pods. One replica leads and works. The others wait.

Environment:
  POD_NAME  identity of this replica in the leader election (default: the host name)

Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong arguments, or the pod's access to the Kubernetes API is
missing.

Examples:
  connected-registry controller --name my-connected-registry --namespace registry --log-level debug
)";

constexpr std::chrono::seconds kOwnerInterval{2};

struct ControllerOptions {
  names::Installation installation;
  std::string cluster_domain = "cluster.local";
  int health_port = 9444;
  controller::RotationTimes rotation;
  std::string taint;
};

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

// Returns the Deployment if it exists.
Result<std::optional<controller::Owner>> read_owner(kube::Client& client, const std::string& namespace_,
                                                    const std::string& name) {
  const auto found = client.get(kube::kDeployments, namespace_, name);
  if (!found && found.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!found) return tl::unexpected(found.error());
  return controller::Owner{.resource = kube::kDeployments,
                           .name = name,
                           .uid = std::string(json::string_at(*found, {"metadata", "uid"}))};
}

// Returns the Deployments that own all objects that this program creates: its own and the webhook's. Two
// owners keep the objects when helm deletes one of them, which a rollback to a version without this
// Deployment does. Retries until they are known; nullopt at `stop`.
std::optional<controller::Owners> find_owners(kube::Client& client, const names::Installation& installation,
                                              const std::stop_token& stop) {
  controller::ProgressLog progress;
  do {
    controller::Owners owners;
    std::string problem;
    for (const std::string& name : {installation.webhook(), installation.controller()}) {
      const auto owner = read_owner(client, installation.namespace_, name);
      if (owner && *owner) owners.push_back(**owner);
      if (!owner) problem = owner.error().message;
    }
    const std::string subject = "Deployment " + installation.controller();
    if (problem.empty() && !owners.empty()) {
      progress.done(subject);
      return owners;
    }
    progress.waiting(subject, problem.empty() ? "it does not exist" : problem);
  } while (wait_for(stop, kOwnerInterval));
  return std::nullopt;
}

// Takes part in the leader election, and runs the controller while it leads. Returns at `stop`.
void run_controller(kube::Client& client, const ControllerOptions& options, metrics::Registry& metrics,
                    const std::stop_token& stop) {
  const auto owners = find_owners(client, options.installation, stop);
  if (!owners) return;
  kube::LeaderRequest request;
  request.namespace_ = options.installation.namespace_;
  request.lease = options.installation.leader_lease();
  request.identity = identity();
  for (const controller::Owner& owner : *owners) request.owners.push_back(controller::owner_reference(owner));
  const auto pod_gauges = controller::PodGauges::in(metrics);
  const auto node_gauges = controller::NodeGauges::in(metrics);
  const auto lead = [&](const std::stop_token& term) {
    const log::ComponentScope component("controller");
    controller::Controller leading(client, {.installation = options.installation,
                                            .cluster_domain = options.cluster_domain,
                                            .owners = *owners,
                                            .identity = request.identity,
                                            .rotation = options.rotation,
                                            .taint = options.taint,
                                            .pod_gauges = pod_gauges,
                                            .node_gauges = node_gauges});
    leading.run(term);
  };
  kube::run_leader_election(client, request, lead, stop);
}

int serve(const ControllerOptions& options, CommandStreams streams) {
  memory::tune_allocator();
  const SignalStop stop;
  const auto configuration = find_cluster("controller", streams);
  if (!configuration) return kUsage;
  log::info("started", {{"version", version()}, {"installation", options.installation.name}});
  metrics::Registry metrics;
  set_build_info(metrics);
  kube::Client client(*configuration);
  // A replica that waits for its turn is ready.
  const auto ready = [token = stop.token()]() -> Status {
    if (token.stop_requested()) return fail(ErrorCode::kCancelled, "it is stopping");
    return {};
  };
  http::ServerOptions health_options;
  health_options.port = options.health_port;
  health_options.limits = http::kGetOrHead;
  health_options.threads = 1;
  health_options.metrics = &metrics;
  health_options.name = "health";
  const auto health = http::HttpServer::start(health_options, http::health_routes(ready, metrics));
  if (!health) {
    streams.err << "connected-registry controller: " << health.error().message << "\n";
    return kFailure;
  }
  run_controller(client, options, metrics, stop.token());
  log::info("stopping");
  return kSuccess;
}

}  // namespace

void add_controller(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("controller", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<ControllerOptions>();
  add_installation(*command, options->installation);
  command->add_option("--cluster-domain", options->cluster_domain, "DNS domain of the cluster")
      ->capture_default_str()
      ->type_name("DOMAIN");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
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
