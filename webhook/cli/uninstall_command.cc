#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/stop.h"
#include "cli/cli.h"
#include "cli/in_cluster.h"
#include "cli/options.h"
#include "controller/uninstall.h"
#include "kube/client.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "What the chart's uninstall hooks run";
constexpr const char* kFooter =
    R"(Tells controller and trust agents that the release goes, waits until the nodes have removed their trust files,
and deletes what was made at run time: certificates, Secrets, the CA bundle and the nodes' status. What cannot
be done is named, with the command that does it, and is no failure.

Examples:
  Before the release's objects are deleted:
    connected-registry uninstall --name my-connected-registry --namespace registry --timeout 120s
  After they were deleted, when the release had brought cert-manager:
    connected-registry uninstall --after --name my-connected-registry --namespace registry \
      --release my --cert-manager-webhook-secret my-cert-manager-webhook-ca \
      --cert-manager my-cert-manager --cert-manager-leader-namespace kube-system
)";

struct Options {
  controller::AfterUninstallRequest request;
  bool after = false;
};

int uninstall(const Options& options, Streams streams) {
  const SignalStop stop;
  const auto configuration = find_cluster("uninstall", streams);
  if (!configuration) return kUsage;
  kube::Client client(*configuration);
  if (options.after) {
    controller::uninstall_after(client, options.request, streams.out, stop.token());
  } else {
    controller::uninstall(client, options.request.common, streams.out, stop.token());
  }
  return kSuccess;
}

}  // namespace

void add_uninstall(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("uninstall", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  controller::AfterUninstallRequest& request = options->request;
  add_installation(*command, request.common.installation);
  const auto set_timeout = [&request](const std::string& text) {
    request.common.timeout = std::chrono::seconds(std::stoi(text));
  };
  // "120s" and "2m", as helm takes them.
  command
      ->add_option_function<std::string>("--timeout", set_timeout,
                                         "How long all of it may take (default: 120s)")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, int>{{"s", 1}, {"m", 60}}))
      ->check(CLI::Range(1, 3600))
      ->type_name("DURATION");
  CLI::Option* const after = command->add_flag("--after", options->after,
                                               "The part that follows the deletion of the release's objects");
  command->add_option("--release", request.release, "Name of the release, as cert-manager's pods carry it")
      ->needs(after)
      ->type_name("NAME");
  command
      ->add_option("--cert-manager-webhook-secret", request.cert_manager_webhook_secret,
                   "Secret that cert-manager's webhook made; deleted when that webhook is gone")
      ->needs(after)
      ->type_name("NAME");
  CLI::Option* const cert_manager =
      command
          ->add_option(
              "--cert-manager", request.cert_manager,
              "What the names of cert-manager's pods begin with: they held its leader-election Leases")
          ->needs(after)
          ->type_name("NAME");
  command
      ->add_option(
          "--cert-manager-leader-namespace", request.cert_manager_leader_namespace,
          "Where those Leases are; deleted when the pods are gone, so that the next cert-manager need\n"
          "not wait until they run out")
      ->needs(after)
      ->needs(cert_manager)
      ->type_name("NAMESPACE");
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return uninstall(*options, streams); }; });
}

}  // namespace connected_registry::cli
