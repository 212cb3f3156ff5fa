#include "base/version.h"
#include "cli/cli.h"
#include "cli/options.h"

namespace connected_registry::cli {

void add_version(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("version", "Print the version");
  command->callback([&action] {
    action = [](CommandStreams streams) {
      streams.out << "connected-registry " << version() << "\n";
      return kSuccess;
    };
  });
}

}  // namespace connected_registry::cli
