#include <memory>

#include "base/log.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "controller/certificate_watcher.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Copy the registry's certificate to nginx, and reload nginx when it changes";
constexpr const char* kFooter =
    R"(Reads a mounted Secret every two seconds. It verifies a new certificate (key, IP address, validity, CA), copies it to the
target, and reloads nginx. A certificate that fails is not copied.

Exit codes: 0 stopped by a signal, or with --once: a certificate was copied; 1 with --once: stopped before that;
2 wrong arguments.

Examples:
  Wait for the first certificate, in an init container:
    connected-registry watch-certificate --once --source /etc/connected-registry/active-tls \
      --target /run/tls --address 192.100.100.1
  Follow changes beside nginx, in a pod with shareProcessNamespace:
    connected-registry watch-certificate --source /etc/connected-registry/active-tls \
      --target /run/tls --address 192.100.100.1 --pid-file /run/nginx/nginx.pid
)";

struct WatchCertificateOptions {
  controller::WatcherRequest request;
  bool once = false;
};

int watch(const WatchCertificateOptions& options) {
  const SignalStop stop;
  if (options.once) return controller::copy_once(options.request, stop.token()) ? kSuccess : kFailure;
  controller::watch_certificate(options.request, stop.token());
  return kSuccess;
}

}  // namespace

void add_watch_certificate(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("watch-certificate", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<WatchCertificateOptions>();
  options->request.pid_file = "/run/nginx/nginx.pid";
  command->add_option("--source", options->request.source, "Mounted Secret with tls.crt, tls.key and ca.crt")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--target", options->request.target, "Directory that nginx reads tls.crt and tls.key from")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--address", options->request.address,
                   "Address of the registry: the certificate must name it as an IP SAN")
      ->required()
      ->check(check_address)
      ->type_name("IP");
  command->add_flag("--once", options->once, "Wait for the first certificate, copy it, and exit");
  command->add_option("--pid-file", options->request.pid_file, "File with the process ID of nginx")
      ->capture_default_str()
      ->type_name("FILE");
  add_log_options(*command);
  command->callback([options, &action] { action = [options](CommandStreams) { return watch(*options); }; });
}

}  // namespace connected_registry::cli
