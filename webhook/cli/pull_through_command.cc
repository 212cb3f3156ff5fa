#include <chrono>
#include <memory>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/parent_options.h"
#include "sync/pull_through.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Run a Distribution in proxy mode, for images that are not here yet";
constexpr const char* kFooter =
    R"(Starts `registry serve` once the parent answers, with its address and credentials in the environment, and anew when
they change. nginx asks it only for what this registry does not have.

Example, in a container of Distribution's image:
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

void add_pull_through(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("pull-through", kDescription);
  command->footer(kFooter);
  const auto request = std::make_shared<sync::PullThroughRequest>();
  command->add_option("--host", request->parent.host, "The parent, where no connection string names it")
      ->type_name("HOST[:PORT]");
  add_parent_options(*command, request->parent);
  command->add_option("--program", request->program, "Distribution's program")->capture_default_str();
  command->add_option("--configuration", request->configuration, "Distribution's configuration")
      ->required()
      ->type_name("FILE");
  add_log_level(*command);
  command->callback([request, &chosen] { chosen = [request](Streams) { return serve(*request); }; });
}

}  // namespace connected_registry::cli
