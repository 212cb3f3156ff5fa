#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "http/health.h"
#include "http/server.h"
#include "metrics/registry.h"
#include "trust/agent/agent.h"
#include "trust/runtimes/runtimes.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Make a node trust the registry; one runs on each node";
constexpr const char* kFooter =
    R"(Once the registry answers, it writes what the node's container runtimes read (containerd, k3s, RKE2, microk8s,
k0s, Talos, CRI-O, podman, Docker), keeps it right, reports in a Lease, and takes it back when the release is
uninstalled or gone. A file that was there before is kept and comes back; one that somebody changed is left alone.

Example:
  connected-registry trust-agent --name my-connected-registry --namespace registry --node-name node-1 \
    --host-root /host
)";

std::string known_runtimes() {
  std::string all;
  for (const std::string_view name : trust::runtime_names())
    all += (all.empty() ? "" : ",") + std::string(name);
  return all;
}

struct Options {
  trust::AgentRequest request;
  int health_port = 9444;
};

int run_agent(const Options& options, Streams streams) {
  const SignalStop stop;
  const auto configuration = find_cluster("trust-agent", streams);
  if (!configuration) return kUsage;
  log::info("trust agent", {{"version", version()}, {"node", options.request.node}});
  metrics::Registry metrics;
  count_version(metrics);
  kube::Client client(*configuration);
  trust::AgentRequest request = options.request;
  request.gauges = trust::AgentGauges::in(metrics);
  trust::Agent agent(client, std::move(request));
  const auto ready = [&agent]() -> Status {
    if (auto reason = agent.why_not_ready()) return fail(ErrorCode::kUnavailable, std::move(*reason));
    return {};
  };
  http::ServerOptions health_options;
  health_options.port = options.health_port;
  health_options.limits = http::kGetOrHead;
  health_options.threads = 1;
  const auto health = http::HttpServer::start(health_options, http::health_routes(ready, metrics));
  if (!health) {
    streams.err << "connected-registry trust-agent: " << health.error().message << "\n";
    return kFailure;
  }
  agent.run(stop.token());
  return kSuccess;
}

}  // namespace

void add_trust_agent(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("trust-agent", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  trust::AgentRequest& request = options->request;
  request.host_root = "/host";
  add_installation(*command, request.installation);
  command->add_option("--node-name", request.node, "Name of the node that it runs on")
      ->envname("NODE_NAME")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--host-root", request.host_root,
                   "Directory below which the node's directories are mounted, as they lie on the node")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  command
      ->add_option("--runtimes", request.runtimes,
                   "Container runtimes to write for, separated by commas: " + known_runtimes() +
                       " (default: those that\nare found on the node)")
      ->delimiter(',')
      ->check(
          CLI::IsMember(std::set<std::string>(trust::runtime_names().begin(), trust::runtime_names().end())))
      ->type_name("NAMES");
  command->add_flag(
      "--may-restart", request.may_restart,
      "Restart containerd where it reads the registry's CA no other way: one node of the cluster at a "
      "time");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return run_agent(*options, streams); }; });
}

}  // namespace connected_registry::cli
