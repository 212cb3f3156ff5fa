#include <memory>

#include "base/log.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "controller/certificate_watcher.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Hand nginx the registry's certificate";
constexpr const char* kFooter =
    R"(Looks at a mounted Secret every two seconds, checks a new pair (key, IP address, validity, CA), copies it to
where nginx reads, and tells nginx to reload. A bad pair is not taken.

Examples:
  In an init container, wait for the first certificate:
    connected-registry watch-certificate --once --source /etc/connected-registry/active-tls \
      --target /run/tls --address 192.100.100.1
  Beside nginx, in a pod with shareProcessNamespace:
    connected-registry watch-certificate --source /etc/connected-registry/active-tls \
      --target /run/tls --address 192.100.100.1 --pid-file /run/nginx/nginx.pid
)";

struct Options {
  controller::WatcherRequest request;
  bool once = false;
};

int watch(const Options& options) {
  const SignalStop stop;
  if (options.once) return controller::copy_once(options.request, stop.token()) ? kSuccess : kFailure;
  controller::watch_certificate(options.request, stop.token());
  return kSuccess;
}

}  // namespace

void add_watch_certificate(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("watch-certificate", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  options->request.pid_file = "/run/nginx/nginx.pid";
  command
      ->add_option("--source", options->request.source,
                   "Directory with tls.crt, tls.key and ca.crt: a mounted Secret")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--target", options->request.target,
                   "Directory from which nginx reads tls.crt and tls.key")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--address", options->request.address,
                   "The registry's address: an IP SAN of its certificate")
      ->required()
      ->check(check_address)
      ->type_name("IP");
  command->add_flag("--once", options->once, "Wait until a good pair is in the target, then end");
  command->add_option("--pid-file", options->request.pid_file, "File with the process id of nginx")
      ->capture_default_str()
      ->type_name("FILE");
  add_log_level(*command);
  command->callback([options, &chosen] { chosen = [options](Streams) { return watch(*options); }; });
}

}  // namespace connected_registry::cli
