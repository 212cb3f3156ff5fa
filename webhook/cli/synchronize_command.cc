#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "cli/parent_options.h"
#include "controller/events.h"
#include "http/health.h"
#include "http/server.h"
#include "kube/leader.h"
#include "kube/object.h"
#include "metrics/registry.h"
#include "sync/synchronizer.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Copy images from the parent registry on a schedule, with regsync";
constexpr const char* kFooter =
    R"(Runs `regsync once` for one repository after the other, and reads the credentials anew for each run. It writes the
results to the Lease NAME-sync. A failure is an event of the Deployment as well.

Environment:
  POD_NAME                           name of the pod that reports
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY  proxy for the parent registry; regsync reads them as well

Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong arguments, or the pod's access to the Kubernetes API is
missing.

Examples:
  In a container of regsync's image:
    connected-registry synchronize --name my-connected-registry --namespace registry \
      --instructions /etc/sync/sync.json --connection-string /etc/parent/connectionString --gate /run/gate
)";

struct SynchronizeOptions {
  names::Installation installation;
  sync::SynchronizerRequest request;
  std::filesystem::path config;
  std::filesystem::path gate;
  std::string election;
  int minimum_free_percent = 5;
  int port = 9444;
};

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

void send_event(kube::Client& client, const names::Installation& installation, std::string_view reason,
                const std::string& message) {
  const auto deployment = client.get(kube::kDeployments, installation.namespace_, installation.name);
  if (!deployment) return log::warning("cannot create an event", {{"error", deployment.error()}});
  const TimePoint now = system_now();
  const auto number = now.time_since_epoch() / std::chrono::seconds(1);
  const auto event =
      controller::render_warning({.name = installation.name + ".sync." + std::to_string(number),
                                  .regarding = *deployment,
                                  .api_version = "apps/v1",
                                  .kind = kube::kDeployments.kind,
                                  .reason = std::string(reason),
                                  .message = message,
                                  .now = now});
  const auto created = client.create(kube::kEvents, installation.namespace_, event);
  if (!created && created.error().code != ErrorCode::kAlreadyExists) {
    log::warning("cannot create an event", {{"error", created.error()}});
  }
}

// Returns the reference to the registry's Deployment, which owns the Leases of the synchronization. So they
// are deleted with the release, even if a pod that ends later writes them again.
Result<json::Document> owner_of_leases(kube::Client& client, const names::Installation& installation) {
  const auto deployment = client.get(kube::kDeployments, installation.namespace_, installation.name);
  if (!deployment) return tl::unexpected(deployment.error());
  return kube::owner_reference(kube::kDeployments, installation.name,
                               json::string_at(*deployment, {"metadata", "uid"}));
}

sync::SynchronizerActions actions_of(kube::Client& client, const SynchronizeOptions& options) {
  const names::Installation& installation = options.installation;
  const std::string pod = environment("POD_NAME");
  return {
      .load = [&client, installation]() -> Result<contract::SyncReport> {
        const auto lease = client.get(kube::kLeases, installation.namespace_, installation.sync_lease());
        if (!lease && lease.error().code == ErrorCode::kNotFound) return contract::SyncReport();
        if (!lease) return tl::unexpected(lease.error());
        return contract::parse_sync_lease(*lease);
      },
      .save = [&client, installation, pod](const contract::SyncReport& report) -> Status {
        const auto owner = owner_of_leases(client, installation);
        if (!owner) return tl::unexpected(owner.error());
        json::Document lease = contract::render_sync_lease(installation, pod, report);
        kube::add_owner(lease, *owner);
        const auto applied = client.apply(kube::kLeases, installation.namespace_, lease);
        if (!applied) return tl::unexpected(applied.error());
        return {};
      },
      .warn = [&client, installation](
                  std::string_view reason,
                  const std::string& message) { send_event(client, installation, reason, message); },
      .reach = [patience = options.request.patience](
                   const sync::Parent& parent) { return reach_parent(parent, patience); },
      .run = sync::run_process,
  };
}

Result<sync::SynchronizerRequest> prepare(const SynchronizeOptions& options) {
  const auto text = file::read(options.config);
  if (!text) return tl::unexpected(text.error());
  auto config = sync::parse_sync_config(*text);
  if (!config) return tl::unexpected(std::move(config.error()));
  sync::SynchronizerRequest request = options.request;
  request.parent.host = config->host;
  request.config = std::move(*config);
  request.lock = options.gate / "lock";
  request.notice = options.gate / "missing.json";
  request.minimum_free = options.minimum_free_percent / 100.0;
  return request;
}

int synchronize(const SynchronizeOptions& options, CommandStreams streams) {
  const SignalStop stop;
  const auto configuration = find_cluster("synchronize", streams);
  if (!configuration) return kUsage;
  auto request = prepare(options);
  if (!request) {
    streams.err << "connected-registry synchronize: " << request.error().message << "\n";
    return kFailure;
  }
  log::info("started", {{"version", version()}, {"repositories", request->config.repositories.size()}});
  kube::Client client(*configuration);
  metrics::Registry metrics;
  set_build_info(metrics);
  sync::Synchronizer synchronizer(std::move(*request), actions_of(client, options), metrics);
  http::ServerOptions health_options;
  health_options.port = options.port;
  health_options.limits = http::kGetOrHead;
  const auto ready = []() -> Status { return {}; };
  const auto health = http::HttpServer::start(health_options, http::health_routes(ready, metrics));
  if (!health) {
    streams.err << "connected-registry synchronize: " << health.error().message << "\n";
    return kFailure;
  }
  if (options.election.empty()) {
    synchronizer.run(stop.token());
    return kSuccess;
  }
  kube::LeaderRequest election;
  election.namespace_ = options.installation.namespace_;
  election.lease = options.election;
  election.identity = environment("POD_NAME");
  if (auto owner = owner_of_leases(client, options.installation)) {
    election.owners.push_back(std::move(*owner));
  } else {
    log::warning("cannot read the owner of the Lease", {{"error", owner.error()}});
  }
  kube::run_leader_election(
      client, election, [&synchronizer](const std::stop_token& term) { synchronizer.run(term); },
      stop.token());
  return kSuccess;
}

}  // namespace

void add_synchronize(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("synchronize", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<SynchronizeOptions>();
  sync::SynchronizerRequest& request = options->request;
  add_installation(*command, options->installation);
  command->add_option("--instructions", options->config, "sync.json, as the chart writes it")
      ->required()
      ->type_name("FILE");
  add_parent_options(*command, request.parent);
  command->add_option("--registry", request.target, "Address of this registry, plain HTTP")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  command->add_option("--regsync", request.regsync, "Path of regsync")
      ->capture_default_str()
      ->type_name("FILE");
  command->add_option("--gate", options->gate, "Directory shared with nginx and garbage collection")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--storage", request.storage,
                   "Directory of the volume that images are written to (default: free space is not checked)")
      ->type_name("DIRECTORY");
  add_integer(*command, "--minimum-free", options->minimum_free_percent, 0, 100, "PERCENT",
              "Part of the volume that must stay free");
  command
      ->add_option("--elect", options->election,
                   "Lease of the leader election between several replicas (default: no election)")
      ->type_name("NAME");
  add_port(*command, "--health-port", options->port, "Port for plain HTTP: /healthz and /metrics");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return synchronize(*options, streams); };
  });
}

}  // namespace connected_registry::cli
