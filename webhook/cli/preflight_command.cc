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
    "What the chart's hook runs before an install, an upgrade and a rollback";
constexpr const char* kFooter =
    R"(Judges settings alone and by what the cluster says: whether the address is free, whether cert-manager, the Secret
of tls.secret and a storage class are there, whether the namespace lets the trust agent run. Findings go to the output,
each with its rule and its fix. Where the registry moves to another address, it deletes the old Service, since an
address cannot be changed; helm then makes the new one.

Example:
  connected-registry preflight --name my-connected-registry --namespace registry --settings settings.json

Exit codes: 0 the settings fit, 1 they do not, 2 it could not be judged
)";

struct Options {
  names::Installation installation;
  std::string settings;
};

int preflight(const Options& options, Streams streams) {
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

void add_preflight(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("preflight", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  add_installation(*command, options->installation);
  command->add_option("--settings", options->settings, "settings.json, as the settings Secret holds it")
      ->required()
      ->type_name("FILE");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return preflight(*options, streams); }; });
}

}  // namespace connected_registry::cli
