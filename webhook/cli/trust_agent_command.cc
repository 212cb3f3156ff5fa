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

constexpr const char* kDescription = "Make the node that it runs on trust the registry";
constexpr const char* kFooter =
    R"(Runs once on each node. When the registry answers with a verified certificate, it writes the trust files of the node's
container runtimes: containerd, k3s, RKE2, microk8s, k0s, Talos, CRI-O, podman and Docker. It reports the state of the
node in a Lease, and removes the files when the release is uninstalled. A file that existed before is kept and restored.
A file that somebody else changed is left as it is.

Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong arguments, or the pod's access to the Kubernetes API is
missing.

Examples:
  connected-registry trust-agent --name my-connected-registry --namespace registry --node-name node-1 --host-root /host
)";

std::string known_runtimes() {
  std::string all;
  for (const std::string_view name : trust::runtime_names())
    all += (all.empty() ? "" : ",") + std::string(name);
  return all;
}

struct TrustAgentOptions {
  trust::AgentRequest request;
  int health_port = 9444;
};

int run_agent(const TrustAgentOptions& options, CommandStreams streams) {
  const SignalStop stop;
  const auto configuration = find_cluster("trust-agent", streams);
  if (!configuration) return kUsage;
  log::info("started", {{"version", version()}, {"node", options.request.node}});
  metrics::Registry metrics;
  set_build_info(metrics);
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

void add_trust_agent(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("trust-agent", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<TrustAgentOptions>();
  trust::AgentRequest& request = options->request;
  request.host_root = "/host";
  add_installation(*command, request.installation);
  command->add_option("--node-name", request.node, "Name of this node")
      ->envname("NODE_NAME")
      ->required()
      ->type_name("NAME");
  command
      ->add_option("--host-root", request.host_root,
                   "Directory that the directories of the node are mounted below, with the same paths")
      ->capture_default_str()
      ->type_name("DIRECTORY");
  command
      ->add_option("--runtimes", request.runtimes,
                   "Container runtimes to write trust files for, of " + known_runtimes() +
                       " (default: those found on the node)")
      ->delimiter(',')
      ->check(
          CLI::IsMember(std::set<std::string>(trust::runtime_names().begin(), trust::runtime_names().end()))
              .description(""))
      ->type_name("NAME,NAME");
  command->add_flag("--may-restart", request.may_restart,
                    "Restart containerd where it reads the registry's CA only at its start; one node of the "
                    "cluster at a time");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return run_agent(*options, streams); };
  });
}

}  // namespace connected_registry::cli
