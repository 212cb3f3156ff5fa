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

constexpr const char* kDescription = "Clean up when the release is uninstalled; the chart runs it as a hook";
constexpr const char* kFooter =
    R"(Notifies the controller and the trust agents, waits until the nodes have removed their trust files, and deletes the
objects that were created at run time: certificates, Secrets, the CA bundle and the state of nodes. It names whatever it
could not do, with the command that does it, and still exits with 0: it never makes an uninstall fail.

Exit codes: 0 finished, 2 wrong arguments, or the pod's access to the Kubernetes API is missing.

Examples:
  Before helm deletes the objects of the release:
    connected-registry uninstall --name my-connected-registry --namespace registry --timeout 120s
  After helm deleted them, where the release installed cert-manager:
    connected-registry uninstall --after --name my-connected-registry --namespace registry \
      --release my --cert-manager-webhook-secret my-cert-manager-webhook-ca \
      --cert-manager my-cert-manager --cert-manager-leader-namespace kube-system
)";

struct UninstallOptions {
  controller::AfterUninstallRequest request;
  bool after = false;
};

int uninstall(const UninstallOptions& options, CommandStreams streams) {
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

void add_uninstall(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("uninstall", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<UninstallOptions>();
  controller::AfterUninstallRequest& request = options->request;
  add_installation(*command, request.common.installation);
  const auto set_timeout = [&request](const std::string& text) {
    request.common.timeout = std::chrono::seconds(std::stoi(text));
  };
  // "120s" and "2m", as helm takes them.
  command
      ->add_option_function<std::string>("--timeout", set_timeout,
                                         "Longest time that it may take (default: 120s)")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, int>{{"s", 1}, {"m", 60}}).description(""))
      ->check(CLI::Range(1, 3600).description(""))
      ->type_name("DURATION");
  CLI::Option* const after = command->add_flag(
      "--after", options->after, "Run the part that follows after helm deleted the objects of the release");
  command
      ->add_option("--release", request.release,
                   "Name of the release, as in the labels of cert-manager's pods")
      ->needs(after)
      ->type_name("NAME");
  command
      ->add_option("--cert-manager-webhook-secret", request.cert_manager_webhook_secret,
                   "Secret of cert-manager's webhook; deleted when that webhook is gone")
      ->needs(after)
      ->type_name("NAME");
  CLI::Option* const cert_manager =
      command
          ->add_option("--cert-manager", request.cert_manager,
                       "Prefix of the names of cert-manager's pods, which held its leader-election Leases")
          ->needs(after)
          ->type_name("NAME");
  command
      ->add_option("--cert-manager-leader-namespace", request.cert_manager_leader_namespace,
                   "Namespace of those Leases; they are deleted when the pods are gone, so that the next "
                   "cert-manager\n"
                   "does not wait until they expire")
      ->needs(after)
      ->needs(cert_manager)
      ->type_name("NAMESPACE");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return uninstall(*options, streams); };
  });
}

}  // namespace connected_registry::cli
