#include <chrono>
#include <memory>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/parent_options.h"
#include "sync/pull_through.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Fetch images from the parent registry when they are first pulled, with Distribution";
constexpr const char* kFooter =
    R"(Runs `registry serve` in proxy mode when the parent registry answers, with its address and credentials in the environment.
It starts again when they change. nginx forwards only requests for images that this registry does not hold.

Environment:
  HTTPS_PROXY, NO_PROXY  proxy for the parent registry; Distribution reads them as well

Exit codes: 0 stopped by a signal, 2 wrong arguments.

Examples:
  In a container of Distribution's image:
    connected-registry pull-through --host registry.example --credentials /etc/parent \
      --configuration /etc/distribution/pull-through.yml
)";

constexpr std::chrono::seconds kPatience{5};

int serve(const sync::PullThroughRequest& request) {
  const SignalStop stop;
  sync::pull_through(
      request, [](const sync::Parent& parent) { return reach_parent(parent, kPatience); }, stop.token());
  return kSuccess;
}

}  // namespace

void add_pull_through(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("pull-through", kDescription);
  command->footer(kFooter);
  const auto request = std::make_shared<sync::PullThroughRequest>();
  command
      ->add_option("--host", request->parent.host,
                   "Host of the parent registry (default: that of the connection string)")
      ->type_name("HOST[:PORT]");
  add_parent_options(*command, request->parent);
  command->add_option("--program", request->program, "Path of Distribution")
      ->capture_default_str()
      ->type_name("FILE");
  command->add_option("--configuration", request->configuration, "Configuration of Distribution")
      ->required()
      ->type_name("FILE");
  add_log_options(*command);
  command->callback([request, &action] { action = [request](CommandStreams) { return serve(*request); }; });
}

}  // namespace connected_registry::cli
