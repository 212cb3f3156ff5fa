#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/stop.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "sync/collector.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription = "Delete unused blobs of the registry on a schedule";
constexpr const char* kFooter =
    R"(Runs Distribution's `registry garbage-collect`. While it runs, a file in the gate directory makes nginx refuse pushes, and
a lock in it makes the synchronization wait. Another file makes nginx refuse pushes while the volume is nearly full.

Exit codes: 0 stopped by a signal, 2 wrong arguments.

Examples:
  In a container of Distribution's image:
    connected-registry collect-garbage --schedule "0 2 * * 0" --configuration /etc/distribution/config.yml \
      --gate /run/gate --storage /var/lib/registry
)";

struct CollectGarbageOptions {
  sync::CollectorRequest request;
  std::string schedule;
  int minimum_free_percent = 5;
};

int collect(const CollectGarbageOptions& options, CommandStreams streams) {
  sync::CollectorRequest request = options.request;
  request.minimum_free = options.minimum_free_percent / 100.0;
  if (!options.schedule.empty()) {
    auto schedule = Schedule::parse(options.schedule);
    if (!schedule) {
      streams.err << "connected-registry collect-garbage: --schedule: " << schedule.error().message << "\n";
      return kUsage;
    }
    request.schedule = std::move(*schedule);
  }
  const SignalStop stop;
  sync::collect_garbage(request, stop.token());
  return kSuccess;
}

}  // namespace

void add_collect_garbage(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("collect-garbage", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<CollectGarbageOptions>();
  sync::CollectorRequest& request = options->request;
  command->add_option("--schedule", options->schedule, "Five cron fields in UTC, or @weekly (default: never)")
      ->type_name("SCHEDULE");
  command->add_option("--program", request.program, "Path of Distribution")
      ->capture_default_str()
      ->type_name("FILE");
  command->add_option("--configuration", request.configuration, "Configuration of Distribution")
      ->required()
      ->type_name("FILE");
  command->add_option("--gate", request.gate, "Directory shared with nginx and the synchronization")
      ->required()
      ->type_name("DIRECTORY");
  command
      ->add_option("--storage", request.storage,
                   "Directory of the volume that holds the images (default: free space is not checked)")
      ->type_name("DIRECTORY");
  add_integer(*command, "--minimum-free", options->minimum_free_percent, 0, 100, "PERCENT",
              "Part of the volume that must stay free");
  add_log_options(*command);
  command->callback([options, &action] {
    action = [options](CommandStreams streams) { return collect(*options, streams); };
  });
}

}  // namespace connected_registry::cli
