#include <filesystem>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "sync/program_copy.h"

namespace connected_registry::cli {
namespace {

constexpr const char* kDescription =
    "Copy this program into a directory that containers of other images share";
constexpr const char* kFooter =
    R"(Writes the program, its libraries and their loader into the target, which an init container shares with other containers.

Exit codes: 0 copied, 1 a file could not be written, 2 wrong arguments.

Examples:
  connected-registry copy-program --target /run/tools
  /run/tools/loader --library-path /run/tools /run/tools/connected-registry --version
)";

int copy(const std::filesystem::path& target, std::ostream& err) {
  const auto copied = sync::copy_program(target);
  if (copied) return kSuccess;
  err << "connected-registry copy-program: " << copied.error().message << "\n";
  return kFailure;
}

}  // namespace

void add_copy_program(CLI::App& app, CommandAction& action) {
  CLI::App* const command = app.add_subcommand("copy-program", kDescription);
  command->footer(kFooter);
  const auto target = std::make_shared<std::filesystem::path>();
  command->add_option("--target", *target, "Directory to copy to; it must exist")
      ->required()
      ->type_name("DIRECTORY");
  command->callback([target, &action] {
    action = [target](CommandStreams streams) { return copy(*target, streams.err); };
  });
}

}  // namespace connected_registry::cli
