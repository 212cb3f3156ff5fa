#include <memory>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "metrics/registry.h"
#include "server/health.h"
#include "server/http_server.h"
#include "trust/agent.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Make a node trust the registry; one runs on each node";
constexpr const char* kFooter =
    R"(Once the registry answers, it writes what containerd reads (no restart), keeps it right, reports in a Lease,
and takes it away when the release is uninstalled. It writes below HOST-ROOT/etc/containerd, which must be the
node's own, and never changes a hosts.toml that it did not write.

Example:
  connected-registry trust-agent --name my-connected-registry --namespace registry --node-name node-1 \
    --host-root /host
)";

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
  trust::Agent agent(client, options.request);
  const auto ready = [&agent]() -> Status {
    if (auto reason = agent.why_not_ready()) return fail(ErrorCode::kUnavailable, std::move(*reason));
    return {};
  };
  server::ServerOptions health_options;
  health_options.port = options.health_port;
  health_options.rules = server::kReads;
  health_options.threads = 1;
  const auto health = server::HttpServer::start(health_options, server::health_routes(ready, metrics));
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
                   "Folder below which the node's /etc/containerd is mounted")
      ->capture_default_str()
      ->type_name("FOLDER");
  add_port(*command, "--health-port", options->health_port,
           "Port for plain HTTP: /healthz, /readyz and /metrics");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return run_agent(*options, streams); }; });
}

}  // namespace connected_registry::cli
