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

constexpr const char* kDescription = "Collect the registry's garbage by a schedule, with writers stopped";
constexpr const char* kFooter =
    R"(Runs Distribution's `registry garbage-collect`. While it runs, a file in the gate's directory makes nginx refuse pushes,
and a lock there keeps synchronization waiting. Another file says so while the volume is nearly full.

Example, in a container of Distribution's image:
  connected-registry collect-garbage --schedule "0 2 * * 0" --configuration /etc/distribution/config.yml \
    --gate /run/gate --storage /var/lib/registry
)";

struct Options {
  sync::CollectorRequest request;
  std::string schedule;
  int minimum_free_percent = 5;
};

int collect(const Options& options, Streams streams) {
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

void add_collect_garbage(CLI::App& app, Chosen& chosen) {
  CLI::App* const command = app.add_subcommand("collect-garbage", kDescription);
  command->footer(kFooter);
  const auto options = std::make_shared<Options>();
  sync::CollectorRequest& request = options->request;
  command->add_option("--schedule", options->schedule, "Five cron fields (UTC), or \"@weekly\"; empty: never")
      ->type_name("SCHEDULE");
  command->add_option("--program", request.program, "Distribution's program")->capture_default_str();
  command->add_option("--configuration", request.configuration, "Distribution's configuration")
      ->required()
      ->type_name("FILE");
  command->add_option("--gate", request.gate, "Directory shared with nginx and with the synchronization")
      ->required()
      ->type_name("DIRECTORY");
  command->add_option("--storage", request.storage, "Directory whose file system must have room")
      ->type_name("DIRECTORY");
  command->add_option("--minimum-free", options->minimum_free_percent, "Percent of it that must stay free")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  add_log_level(*command);
  command->callback(
      [options, &chosen] { chosen = [options](Streams streams) { return collect(*options, streams); }; });
}

}  // namespace connected_registry::cli
