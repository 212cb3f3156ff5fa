#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "controller/preflight.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Check settings against the cluster before a change; the chart runs it as a hook";
constexpr const char* kFooter =
    R"(Runs before an install, an upgrade and a rollback. It checks the settings, and whether the cluster fits them: whether the
address is free, whether cert-manager, the Secret of tls.secret and a storage class exist, and whether the namespace
allows the trust agent. It prints the findings, each with its rule and its fix. Where service.clusterIP changes, it
deletes the old Service, because the address of a Service cannot be changed. helm then creates the new one.

Exit codes: 0 no errors, 1 errors were found, 2 wrong arguments, or the cluster could not be read.

Examples:
  connected-registry preflight --name my-connected-registry --namespace registry --settings settings.json
)";

struct PreflightOptions {
  names::Installation installation;
  std::string settings;
};

int preflight(const PreflightOptions& options, CommandStreams streams) {
  const SignalStop stop;
  auto text = file::read(options.settings);
  if (!text) {
    streams.err << "connected-registry preflight: " << text.error().message << "\n";
    return kUsage;
  }
  const auto configuration = find_cluster("preflight", streams);
  if (!configuration) return kUsage;
  kube::Client client(*configuration);
  const auto fits =
      controller::preflight(client, {.installation = options.installation, .settings_json = std::move(*text)},
                            streams.out, system_now());
  if (fits) return *fits ? kSuccess : kFailure;
  streams.err << "connected-registry preflight: " << fits.error().message << "\n";
  return kUsage;
}

}  // namespace

void add_preflight(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("preflight", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<PreflightOptions>();
  add_installation(*command, options->installation);
  command->add_option("--settings", options->settings, "settings.json, as in the settings Secret")
      ->required()
      ->type_name("FILE");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return preflight(*options, streams); };
  });
}

}  // namespace connected_registry::cli
